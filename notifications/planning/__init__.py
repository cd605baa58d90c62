"""From events to message rows, and back after an undo."""
