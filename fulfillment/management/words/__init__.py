"""Finds every text that pages say, for the catalogues in locale/ and their tests."""
