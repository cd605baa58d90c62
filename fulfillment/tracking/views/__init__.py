"""The URLs that customers open."""
