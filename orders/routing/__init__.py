"""Routing rules of a seller: what new orders get by themselves, and a dry run over past ones."""
