"""Pure functions without the database: pick routes."""
