"""Question sets, metrics, baselines and reports. Nobody imports this package."""
