"""Metrics, HTTP endpoints, logs and safe terminal output."""
