"""Magento 2 and Adobe Commerce: the bodies of orders, and the lines that are sent."""
