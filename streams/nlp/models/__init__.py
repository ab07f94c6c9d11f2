"""spaCy pipelines: loading, batch inference, tokenizer cache, BLAS selection."""
