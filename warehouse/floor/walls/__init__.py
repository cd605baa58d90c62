"""Put walls: their rows, batch walks and how they are picked, what is sorted at the wall."""
