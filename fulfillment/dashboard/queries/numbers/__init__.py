"""The numbers of sellers in words and charts."""
