"""Which pages speak which languages, and the language of whoever reads."""
