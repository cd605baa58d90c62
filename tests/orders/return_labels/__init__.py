"""Labels of returns."""
