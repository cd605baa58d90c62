"""Strange values at every door: the table of doors, who knocks with what, and reading it back."""
