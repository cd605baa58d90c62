"""Screens of pickers, packers and leads."""
