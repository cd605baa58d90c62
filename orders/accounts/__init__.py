"""Sign-in, API keys and sales channels."""
