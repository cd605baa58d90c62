"""The event log: append events, wake the workers after commit, the payload for sellers."""
