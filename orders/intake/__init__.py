"""Order intake: one SQL statement for one order or a thousand, and the shops' webhooks."""
