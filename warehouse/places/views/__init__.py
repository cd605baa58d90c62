"""The lead's screens of locations and their labels."""
