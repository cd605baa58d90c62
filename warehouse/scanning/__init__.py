"""What every screen shares: scans applied once, codes, forms."""
