"""Backups of the database by pg_dump, and their restore into an empty one; enters embedded."""
