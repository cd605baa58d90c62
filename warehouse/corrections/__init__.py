"""Books put right: locations counted, units adjusted and moved, by two people where it is much."""
