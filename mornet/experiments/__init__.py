"""What a study runs: each experiment takes settings and returns one record."""
