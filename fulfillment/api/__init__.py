"""/api/v1/: the one public contract, a module for each resource."""
