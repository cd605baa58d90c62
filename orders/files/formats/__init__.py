"""Formats: bytes become rows of texts within limits, and rows become CSV or XLSX."""
