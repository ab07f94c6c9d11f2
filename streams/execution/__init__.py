"""Runs the core in worker processes with limits of time and memory: pool, jobs, stages, their results and errors.

The stream and ``crawlmill process`` both use it. It imports neither Faust nor aiokafka.
"""
