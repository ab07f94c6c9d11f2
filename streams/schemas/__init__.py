"""JSON Schemas of the records on all topics, generated from :mod:`streams.records` into config/schemas/.

``python -m streams.schemas`` writes them. They are part of the package: :func:`read` returns one by the record's name.
"""

from streams.schemas.files import names, read
from streams.schemas.generator import RECORDS

__all__ = ["RECORDS", "names", "read"]
