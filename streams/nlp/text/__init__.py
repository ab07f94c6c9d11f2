"""Text before any model sees it: segments, casing, datelines, time expressions, quotation marks."""
