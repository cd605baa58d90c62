"""Returns: request, policy, approve, refuse, what differs, the end; and undeliverable parcels."""
