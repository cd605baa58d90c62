"""The cast and the machinery of the tests."""
