"""Twelve tasks of a seller's day, done in a browser and counted: script/tasks."""
