"""Pages of printers for leads and packers, and the doors of the agents."""
