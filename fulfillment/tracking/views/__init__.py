"""Views of the tracking page."""
