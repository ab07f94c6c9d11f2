"""What each correction of English entity mentions gains and loses on annotated corpora."""
