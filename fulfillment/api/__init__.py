"""/api/v1/: the public API, a module for each resource."""
