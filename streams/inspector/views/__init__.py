"""Plain data for each page of the inspector, one module a page; the templates show it and decide nothing."""
