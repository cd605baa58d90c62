"""Errors that stop a start; their text names the remedy."""


class StartError(Exception):
    """The start failed; the text is one line for the terminal."""


class Stopped(Exception):
    """A stop signal came during the start."""
