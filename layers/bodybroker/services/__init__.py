"""One module per use case: domain and ports tied together."""
