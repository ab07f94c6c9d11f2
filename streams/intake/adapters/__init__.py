"""Adapters, one per record format: each module recognises records of one crawler or service and reads the page in them."""
