"""An order comes in: one statement for one order or a thousand."""
