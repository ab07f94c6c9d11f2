"""Every part of Faust 0.15 and aiokafka 0.14 that is overridden or patched, each with the reason.

Each module says what it overrides, why, and what would make it unnecessary upstream. The private members they rely on are pinned by
``tests/runtime/faust_overrides/test_private_members.py``, which is where an upgrade of either library fails.
"""
