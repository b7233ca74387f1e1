"""Updates: trained parameters moved to new data without training again."""
