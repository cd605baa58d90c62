"""Rendering: facts into variables, variables and templates into the text of a message."""
