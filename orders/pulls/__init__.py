"""What shops are asked for: orders that have changed, by cursor, outside transactions."""
