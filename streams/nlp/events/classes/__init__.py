"""Which class of event a verb tells: learnt from labelled verbs, with lists and frames as evidence."""
