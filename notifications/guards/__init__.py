"""Guards: checks just before sending that hold or suppress a message, one a file."""
