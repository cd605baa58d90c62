"""Demo, replay, peers and torture."""
