"""Training of the weights by which the day of publication is chosen (streams/cleaning/data/date_weights.toml)."""
