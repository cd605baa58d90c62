"""Stock: postings to the ledger, reservations, allocation to orders, receiving."""
