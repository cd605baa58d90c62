"""What sellers see: pages, their queries and forms."""
