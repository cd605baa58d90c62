"""What providers call back: delivery reports, STOP, START, HELP."""
