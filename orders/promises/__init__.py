"""Promises to customers: working days, time windows, settling, replacing, warning."""
