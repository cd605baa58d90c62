"""Read-only queries of the dashboard pages, over all three apps."""
