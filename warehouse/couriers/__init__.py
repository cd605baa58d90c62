"""Our own couriers: plan and drive runs, undo a stop, undelivered parcels; their screens."""
