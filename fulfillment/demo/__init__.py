"""Demo data, simulated workers, replay of real orders, provider peers, and /dev/outbox/."""
