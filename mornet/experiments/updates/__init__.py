"""Studies of trained networks that are updated as their data move, instead of trained again."""
