"""The one command, its servers and its settings."""
