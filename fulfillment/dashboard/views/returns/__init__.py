"""Pages of returns: what differs in them, and the policy that decides about them."""
