"""Zones: in which one somebody picks, and totes that are passed on from one to the next."""
