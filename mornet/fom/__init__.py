"""Full-order models: one equation per file, on a shared time-stepping core."""
