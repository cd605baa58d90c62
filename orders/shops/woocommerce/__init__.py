"""WooCommerce: its signature and ping, the bodies of orders, and the lines that are sent."""
