"""What the first migration of orders makes in a database without tables."""
