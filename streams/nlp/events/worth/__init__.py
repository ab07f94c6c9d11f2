"""Which actions are worth a record."""
