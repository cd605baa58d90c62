"""The operator's admin: the tables of each app, and returns; importing it registers them."""

from fulfillment.admin import notifications, orders, returns, warehouse

__all__ = ["notifications", "orders", "returns", "warehouse"]
