"""Views of the dashboard."""
