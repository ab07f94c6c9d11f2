"""JSON Schemas of the records on all topics, and the AsyncAPI document of the topics.

``python -m streams.schemas`` generates them from the code into config/. They are part of the package: :func:`read` returns the
schema of a record by its name, :func:`streams.schemas.files.asyncapi` the document.
"""

from streams.schemas.files import names, read
from streams.schemas.generator import RECORDS

__all__ = ["RECORDS", "names", "read"]
