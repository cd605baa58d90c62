"""The addresses that customers open."""
