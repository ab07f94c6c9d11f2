"""Throughput against workers, partitions, page size and kinds of pages."""
