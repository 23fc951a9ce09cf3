"""The finished index: what the pipeline writes and the assistant opens read-only."""
