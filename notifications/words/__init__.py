"""What a message says: facts into values, values into text."""
