"""Services of a seller: which of them reaches an address, in how many days; working days."""
