"""Benchmarks by subject, on one harness; docs/performance.md has their results."""
