"""Amazon: the orders that its sellers send themselves, by the Selling Partner API."""
