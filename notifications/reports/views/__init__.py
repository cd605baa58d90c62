"""Inbound webhooks: the URLs that providers call."""
