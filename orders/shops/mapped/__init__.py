"""Shops of any other make: JSON, read where the seller says that each value stands."""
