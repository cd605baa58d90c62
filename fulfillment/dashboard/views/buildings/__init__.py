"""The warehouses from which a seller ships: its list, and a shipment moved to another one."""
