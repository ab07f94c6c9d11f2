"""Training of the models that the package carries. Not installed with it."""
