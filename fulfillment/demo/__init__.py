"""Demo data, simulated people, replay, provider peers and the catcher behind /dev/outbox/."""
