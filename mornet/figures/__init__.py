"""Paper figures: one file each, all in the house style."""
