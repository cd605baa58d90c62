"""The screens of counting, adjusting and moving, and what waits for a second person."""
