"""The outbox: claims with a lease, attempts, outcomes, circuit breaker, workers."""
