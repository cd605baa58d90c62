"""Receive and inspect returns: count, restock, write off; their screens."""
