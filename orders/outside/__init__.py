"""Asking servers of others: whom a user names is checked, and every answer has an end."""
