"""What customers report of their parcels: the report with photos, and the seller's answers."""
