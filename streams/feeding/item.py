"""The items that feeding yields: a message with its origin and progress."""

from __future__ import annotations

from typing import NamedTuple

from streams.records import Message


class Item(NamedTuple):
    """One page: the message, where it is from (``file:number``), and the bytes of all input consumed so far."""

    message: Message
    origin: str
    consumed: int


class Part(NamedTuple):
    """One page of one file: its line or number in it, and the bytes of the file consumed so far."""

    message: Message
    number: int
    consumed: int
