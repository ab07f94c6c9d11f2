"""Commands that need no broker, or bring their own: ``crawlmill process``, ``demo`` and others, one a module."""
