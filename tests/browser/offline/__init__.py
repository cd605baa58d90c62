"""Scanners without a connection."""
