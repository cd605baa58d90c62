"""What comes back: customers, sellers and workers in a browser."""
