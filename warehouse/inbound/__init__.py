"""Inbound: goods that sellers announce, what of them arrives, put-away, refills of pick faces."""
