"""Everything on one machine: the embedded broker and worker processes, for demos and tests."""
