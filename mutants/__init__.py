"""Mutation testing: break one line of the core in a copy, and see whether a test fails."""
