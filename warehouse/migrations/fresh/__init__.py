"""What the first migration of warehouse makes in a database without tables."""
