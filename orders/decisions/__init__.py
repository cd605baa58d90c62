"""Decisions that reach over many rows of an order: undo of a cancellation, split."""
