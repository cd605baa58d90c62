"""The operator's admin: one module for the tables of each app; importing it registers them."""

from fulfillment.admin import notifications, orders, warehouse

__all__ = ["notifications", "orders", "warehouse"]
