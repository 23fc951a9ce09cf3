"""The pages that app.py shows."""
