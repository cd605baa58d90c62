"""Products of sellers with their barcodes: added and changed."""
