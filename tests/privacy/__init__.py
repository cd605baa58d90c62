"""Personal data: retention, and the erasing and exporting of users."""
