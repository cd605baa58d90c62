"""The tracking page as data, before a template shows it."""
