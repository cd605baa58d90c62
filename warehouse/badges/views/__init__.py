"""Screens of badges and devices."""
