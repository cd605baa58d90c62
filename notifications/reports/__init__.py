"""Calls of providers: delivery reports (receipts), bounces, and STOP, START or HELP by SMS."""
