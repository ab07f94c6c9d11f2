"""The producer: when it sends, and that it sends nothing without a group session."""
