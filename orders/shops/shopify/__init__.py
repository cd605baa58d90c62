"""Shopify: its signature, and the bodies of orders and refunds."""
