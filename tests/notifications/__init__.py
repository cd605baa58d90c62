"""Who is told: planning, wording, claiming, sending, and what is seen of it."""
