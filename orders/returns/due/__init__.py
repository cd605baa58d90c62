"""By when an approved return is handed in; it may enter the rooms of returns below it."""
