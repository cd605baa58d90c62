"""The operator's admin: one module for the tables of each app."""
