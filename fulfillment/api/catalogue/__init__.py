"""`/api/v1/products/` and `/api/v1/aliases/`: products, their pictures, what channels call them."""
