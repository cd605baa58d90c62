"""Reasons to hold a message back when it is about to leave, one a file."""
