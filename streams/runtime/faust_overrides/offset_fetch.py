"""Works around aiokafka ignoring COORDINATOR_LOAD_IN_PROGRESS in OffsetFetch.

Overrides ``GroupCoordinator._send_req``. aiokafka 0.14 requests committed offsets with OffsetFetch version 3 at most, whose
response has an error code for the whole group beside those of its partitions. aiokafka checks the partitions only. A
coordinator that is still loading the group, because it was just started, responds with the group's error code and no
partitions; aiokafka takes this for a group without committed offsets, and its consumer starts at the beginning of the topic.

Found after a kill test in which a broker was restarted while a worker was being assigned its partitions: some were read
from offset 0 again. The cause is inferred from timestamps and aiokafka's code; it was not observed directly.

Upstream patch: check ``response.error_code`` in ``GroupCoordinator._do_fetch_commit_offsets`` as the partitions' codes are.
"""

from __future__ import annotations

from typing import Any

from aiokafka.errors import NotCoordinatorForGroupError, for_code
from aiokafka.protocol.commit import OffsetFetchRequest


def heed_errors(coordinator: Any) -> None:
    """Make an aiokafka ``GroupCoordinator`` raise the group's error; it retries retriable errors by itself."""
    send = coordinator._send_req

    async def sent(request: Any) -> Any:
        response = await send(request)
        if isinstance(request, OffsetFetchRequest):
            error = for_code(getattr(response, "error_code", 0))  # version 1 has none
            if error is NotCoordinatorForGroupError:
                coordinator.coordinator_dead()
            if error.errno:
                raise error()
        return response

    coordinator._send_req = sent
