"""What customers see: the tracking page and the choices on it."""
