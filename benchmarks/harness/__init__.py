"""What benchmarks share: pages, feeding, process statistics, results."""
