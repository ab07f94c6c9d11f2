"""Training of the block model (streams/cleaning/extract/blocks/model.py) on pages whose main text is known."""
