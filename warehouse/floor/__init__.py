"""Picking, packing, hand-over, the undo of each, and their screens."""
