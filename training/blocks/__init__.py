"""Training of the block model (streams/cleaning/extract/block_model.py) on pages whose main text is known."""
