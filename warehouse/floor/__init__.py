"""Picking, packing, hand-over, and taking each of them back."""
