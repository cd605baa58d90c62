"""What there is to know about each kind of message."""
