"""Zones: in which one somebody picks, totes that are passed on to the next, the backlog."""
