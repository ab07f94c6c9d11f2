"""What a consumer group has committed, when its coordinator cannot say yet.

aiokafka 0.14 asks for committed offsets by OffsetFetch 3 at most, whose answer has an error for the group as a whole beside
those of partitions. It looks at the partitions only. A coordinator that loads the group, as one does that has just been
started, answers with that error and no partitions; aiokafka takes it for a group that has committed nothing, and its
consumer begins at the beginning of the topic. Found after a kill test in which a broker was restarted just when a
worker had been assigned its partitions, and some were read from offset 0 again. That this was the cause is concluded from
the times and from aiokafka's code; it was not seen happening.
"""

from __future__ import annotations

from typing import Any

from aiokafka.errors import NotCoordinatorForGroupError, for_code
from aiokafka.protocol.commit import OffsetFetchRequest


def heed_errors(coordinator: Any) -> None:
    """Have an aiokafka ``GroupCoordinator`` raise the group's error; what can be retried it retries by itself."""
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
