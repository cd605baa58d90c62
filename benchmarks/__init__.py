"""Measurements beside their yardstick, in one run: ratios, not promises about a machine."""
