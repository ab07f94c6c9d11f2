"""Capacity planning: arithmetic and the measured rates it uses."""
