"""Serial numbers of units: read when they are packed, and again when they come back."""
