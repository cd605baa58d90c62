"""What a program decides of returns, as a seller does in the dashboard."""
