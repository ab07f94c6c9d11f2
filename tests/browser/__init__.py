"""Drives Debian's Chromium by the Chrome DevTools Protocol: for tests of the inspector and for its screenshots."""
