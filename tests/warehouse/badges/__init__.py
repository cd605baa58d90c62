"""Badges, PINs and shared devices."""
