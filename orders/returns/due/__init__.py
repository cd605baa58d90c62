"""Until when a return is decided and handed in; it may enter the rooms of returns below it."""
