"""Returns that arrive: found, counted, inspected, what differs set aside; their screens."""
