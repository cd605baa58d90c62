"""The demo data that a seller tries the portal with: made by the real actions, taken out whole."""
