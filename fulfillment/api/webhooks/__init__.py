"""`/api/v1/webhooks/` and `/api/v1/deliveries/`: where events are posted, and what became of it."""
