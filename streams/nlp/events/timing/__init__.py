"""When an event happened: the times of a sentence by their verbs, and how far a time reaches."""
