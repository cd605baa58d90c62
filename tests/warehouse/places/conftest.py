"""Lea at the screens of locations; after each test the books are right."""

from tests.warehouse.screens.conftest import cory, house, lea, pat, pia

__all__ = ["cory", "house", "lea", "pat", "pia"]
