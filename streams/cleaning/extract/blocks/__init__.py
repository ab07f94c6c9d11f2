"""The learnt model of text blocks: the blocks of a page, their features, and which of them are its main text."""
