"""The database backend: Django's for PostgreSQL, whose statements carry what they may see."""
