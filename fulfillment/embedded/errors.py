"""What stops a start, in words that name the remedy."""


class StartError(Exception):
    """Something is missing or in the way; the text is one line for the person at the terminal."""


class Stopped(Exception):
    """Somebody asked us to stop while we were still starting."""
