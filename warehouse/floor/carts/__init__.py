"""Carts: their rows, the shipments they take, the stops of a walk; may enter picking and walks."""
