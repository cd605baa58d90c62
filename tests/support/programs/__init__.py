"""Programs that tests run in a copy of the tree."""
