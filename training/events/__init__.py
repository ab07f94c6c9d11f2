"""Learning which events are right and worth a record, from candidates that were labelled by hand."""
