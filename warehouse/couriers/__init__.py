"""Our own couriers: runs, doors, parcels that were not delivered."""
