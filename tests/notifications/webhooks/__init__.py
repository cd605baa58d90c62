"""Tests of seller webhooks."""
