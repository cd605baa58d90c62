"""script/torture floor: eight people at once in a small building with scarce stock."""
