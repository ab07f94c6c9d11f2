"""A worker under load for a long time, and with large pages."""
