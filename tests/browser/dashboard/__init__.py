"""Pages of sellers in a real browser."""
