"""Question -> verified, cited answer over an index made by ingest/."""
