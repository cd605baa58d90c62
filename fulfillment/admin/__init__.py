"""The operator's admin: the tables of each app, returns, buildings; importing it registers them."""

from fulfillment.admin import buildings, notifications, orders, returns, warehouse

__all__ = ["buildings", "notifications", "orders", "returns", "warehouse"]
