"""The numbers of a seller: the page, the rows behind each number, and the file."""
