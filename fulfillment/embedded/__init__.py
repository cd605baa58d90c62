"""The servers of the one-command start: PostgreSQL, Valkey and our processes."""
