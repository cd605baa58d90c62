"""The tracking page in words: each module says one part of it."""
