"""The screens of inbound goods: receiving, put-away, refills."""
