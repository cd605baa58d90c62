"""Values from outside: for each kind what is accepted, and in which form it is kept.

Whoever takes a value of a stranger (API, shop, provider, form, query string) reads it here first.
A function returns the value as we keep it, or raises `Unfit` with what was expected.
"""
