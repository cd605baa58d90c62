"""Users, members, sellers' keys and how people sign in."""
