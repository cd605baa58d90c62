"""Customers exchange what they return: which product for which, and reserved at once."""
