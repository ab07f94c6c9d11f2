"""Commands that talk to a broker: ``crawlmill worker``, ``feed``, ``tail`` and others, one a module."""
