"""Models of money: what an order cost beyond its lines, and what is owed for its returns."""
