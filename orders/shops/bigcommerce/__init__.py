"""BigCommerce: calls that only hint at an order, and the order with its products and addresses."""
