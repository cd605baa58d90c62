"""The tracking page of customers, its JSON, returns, preferences and web push."""
