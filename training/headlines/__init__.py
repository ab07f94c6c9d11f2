"""The main verbs of headlines (streams/nlp/events/headlines/): labels, learning, and what comes out on sites left out."""
