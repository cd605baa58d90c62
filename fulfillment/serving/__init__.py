"""What a request meets before a view: limits of bodies and rates, probes, answers in an outage."""
