"""Seller webhooks as Standard Webhooks describes them: planned, signed, sent and tried again."""
