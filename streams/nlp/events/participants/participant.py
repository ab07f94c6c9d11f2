"""A participant or place of an event."""

from __future__ import annotations

from typing import NamedTuple

from streams.records import Entity


class Participant(NamedTuple):
    """A participant of an event: its name, its entity if it is one, or else the first entity that its phrase names."""

    name: str
    entity: Entity | None = None
    within: Entity | None = None

    @property
    def is_known(self) -> bool:
        """Whether it is an entity, or its phrase names one."""
        return self.entity is not None or self.within is not None
