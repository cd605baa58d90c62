"""The seller's pages about messages: texts, switches, look, webhooks."""
