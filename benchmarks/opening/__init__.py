"""Pages opened in the process that measures them."""
