"""Inspection of goods that came back."""
