"""What follows from an event."""


def on_events(events):
    """Write the rows that follow from these events, in their transaction."""
