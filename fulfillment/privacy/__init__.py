"""Personal data: erase and export a customer or a user; retention, the end of every kind of row."""
