"""What shops are told of their orders: read from the events, told outside transactions."""
