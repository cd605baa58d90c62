"""Screens: home, picking, packing, hand-over."""
