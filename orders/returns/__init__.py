"""Returns: request, approve, refuse; and undeliverable parcels."""
