"""The worker's membership in its consumer group: session, agreement on settings, partition counts, committed positions."""
