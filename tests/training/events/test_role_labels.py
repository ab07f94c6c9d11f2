"""Labels of who acts and what is acted upon."""

from __future__ import annotations

from pathlib import Path

from training.events import role_labels
from training.events.role_labels import Label, Role


def test_labels_are_read_as_they_were_written(tmp_path: Path) -> None:
    spans = ((10, 20),)
    roles = {role: Role(spans, (role_labels.hash_of("Ida  Holm"),)) for role in role_labels.ROLES}
    label = Label("verb", "site", event=True, worth=False, roles=roles)
    role_labels.write([label], tmp_path / "labels.jsonl")
    assert role_labels.read(tmp_path / "labels.jsonl") == {"verb": label}
    assert label.roles["actor"].overlaps(15, 30)
    assert not label.roles["actor"].overlaps(20, 30)
    assert role_labels.hash_of("ida holm") in label.roles["actor"].names


def test_the_labels_of_the_package_have_all_roles() -> None:
    labels = role_labels.read()
    assert len(labels) > 3000
    assert {tuple(sorted(label.roles)) for label in labels.values()} == {tuple(sorted(role_labels.ROLES))}
