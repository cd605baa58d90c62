"""Services of a seller: which of them reaches an address, and in how many days."""
