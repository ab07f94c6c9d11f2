"""Dependency parses and verb forms."""
