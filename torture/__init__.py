"""Proof by damage: the whole portal under faults, and what came out compared with what it says."""
