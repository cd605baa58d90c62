"""Printers at packing stations: what each is to print, and the agent that fetches it."""
