"""Until when an approved return is handed in, and what becomes of one that never comes."""
