"""Places on a map: which GeoNames place a named place of a document is, decided by the document's own context."""
