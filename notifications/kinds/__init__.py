"""What there is to know about each kind of message: one record each, by the group it stands in."""
