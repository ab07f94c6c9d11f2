"""Delivery guarantees: from a taken message to its acknowledged outputs."""
