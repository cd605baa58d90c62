"""The history: appending events, waking the workers, an event as sellers read it."""
