"""Pages of work on the order list: acts on many orders, saved views, tags."""
