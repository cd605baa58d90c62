"""The parcels of one order on its tracking page."""
