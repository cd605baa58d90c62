"""What may be asked for of a return: when, how often, and of which units. Enters no other room."""
