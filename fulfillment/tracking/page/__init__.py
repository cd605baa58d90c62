"""The tracking page as data: pure functions that templates and JSON show."""
