"""Seller webhooks (Standard Webhooks): planning, signing, sending with retries, replay."""
