"""Named entities: mentions, their boundaries, gazetteers, coreference within a document."""
