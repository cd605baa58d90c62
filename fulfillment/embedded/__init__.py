"""`manage.py up`: starts and supervises PostgreSQL, Valkey, web, worker and beat."""
