"""Screens of couriers, and of those who plan their runs."""
