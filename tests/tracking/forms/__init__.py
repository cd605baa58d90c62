"""The forms of the tracking pages: what they say is wrong, and the way back to them."""
