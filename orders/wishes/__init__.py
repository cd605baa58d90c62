"""What customers want of a delivery: what they can choose now, and that they chose it."""
