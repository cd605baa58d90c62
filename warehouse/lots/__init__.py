"""Lots kept from orders: blocked and released by leads, expired ones, and which orders got one."""
