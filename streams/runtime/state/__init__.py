"""The dedup table: RocksDB, its changelog topic, rebuilding it."""
