"""Consent: opt-outs of customers, suppression lists, the shop's settings, browser subscriptions."""
