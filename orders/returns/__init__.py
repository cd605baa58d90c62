"""Goods that come back: request, decision, outcome."""
