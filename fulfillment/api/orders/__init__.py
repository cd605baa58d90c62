"""`/api/v1/orders/`: create one or many, list, read, and act on an order."""
