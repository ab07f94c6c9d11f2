"""Training of the trees that rank names for pronouns and descriptions (references.npz in streams/nlp/data), and its labels.

``labels.tsv`` has what words of open pages and articles stand for, by the hash of document, source and offset: the offset of a mention of
the right name, or ``-`` where the document has no name for it. ``documents.txt`` has the hashes of the documents that were read. Neither
has text.
"""
