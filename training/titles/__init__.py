"""Training of the weights by which titles are chosen (streams/cleaning/data/title_weights.toml)."""
