"""Screens: the courier's day, planning of runs, undelivered parcels."""
