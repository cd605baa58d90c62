"""Dashboard pages about messages: texts, triggers, settings, look, webhooks."""
