"""What files hold, a kind a module: its columns, how a record is checked, how it is written."""
