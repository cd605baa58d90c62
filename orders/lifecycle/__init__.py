"""States, counters and decisions of an accepted order: move, hold, cancel, label."""
