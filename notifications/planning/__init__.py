"""Planning: writes message rows for events, and suppresses or corrects them after an undo."""
