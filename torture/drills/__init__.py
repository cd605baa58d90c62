"""Drills: what is seldom done in earnest, done with a portal of its own."""
