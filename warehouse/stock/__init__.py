"""The ledger and its one writer, reservations, allocation, receiving."""
