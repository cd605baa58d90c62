"""The numbers of sellers: facts that a reader of the events keeps, and what they add up to."""
