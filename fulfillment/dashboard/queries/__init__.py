"""Read-only questions of the seller's pages, over all three apps."""
