"""Stories of returns in which anybody does anything: people, what must hold, and the machine."""
