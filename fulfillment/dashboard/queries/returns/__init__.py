"""The list of returns: what filters it, its rows, and its file."""
