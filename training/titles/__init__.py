"""Training of the weights and trees by which titles are chosen (title_weights.toml, title_trees.npz in streams/cleaning/data)."""
