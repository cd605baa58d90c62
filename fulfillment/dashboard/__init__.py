"""The dashboard of sellers: views, queries and forms."""
