"""Mutation tests: break one line of the core in a private copy, and see whether a test fails."""
