"""What the first migration of notifications makes in a database without tables."""
