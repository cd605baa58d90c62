"""Shared by all warehouse screens: idempotent scans, look-up of codes, base forms."""
