"""The customer's pages of returns."""
