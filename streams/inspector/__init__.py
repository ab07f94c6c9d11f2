"""The inspector without Kafka and web: what is known of pages, and how it is shown.

:mod:`entries` and :mod:`store` remember dispositions within a bound of memory, :mod:`views` makes plain data of them for each page,
:mod:`charts` and :mod:`flow_picture` draw SVG, :mod:`render` fills the templates. :mod:`streams.runtime.inspector` follows the topics
and serves the pages.
"""
