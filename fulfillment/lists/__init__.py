"""Selections of rows that pages and the API share: search of orders, products with quantities."""
