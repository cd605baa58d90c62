"""Who wants what: preferences, suppressions, the shop's switches, browsers."""
