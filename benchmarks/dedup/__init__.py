"""LSH buckets as they fill, and fingerprints."""
