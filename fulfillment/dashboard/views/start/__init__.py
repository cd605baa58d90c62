"""Pages of the first day: the checklist of a new seller, and what is new."""
