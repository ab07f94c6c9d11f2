"""Whether something was said at all: statements, verbs of speech that report nothing, speakers that cannot be ones."""
