"""What people decide about messages."""
