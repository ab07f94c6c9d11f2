"""Topics on the command line."""

from __future__ import annotations

import pytest
from cli.run import NO_BROKER, invoke


def test_the_access_list_is_a_script_for_the_named_principals() -> None:
    done = invoke("topics", "acls", "--as", "worker=User:mill")
    assert done.exit_code == 0
    assert "User:mill" in done.output
    assert "User:worker" not in done.output
    assert "User:worker" in invoke("topics", "acls").output


@pytest.mark.parametrize("given", ["nobody=User:a", "worker=", "worker"])
def test_a_role_that_is_none_or_has_no_principal_is_wrong_usage(given: str) -> None:
    done = invoke("topics", "acls", "--as", given)
    assert done.exit_code == 2
    assert "expected ROLE=PRINCIPAL" in done.output


@pytest.mark.parametrize("verb", ["create", "check"])
def test_without_a_broker_topics_are_neither_created_nor_checked(verb: str) -> None:
    assert invoke(*NO_BROKER, "topics", verb).exit_code == 3
