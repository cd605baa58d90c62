"""Locations of a warehouse: made in ranges, changed, closed; their label sheets."""
