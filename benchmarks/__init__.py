"""Benchmarks, each beside a baseline in the same run: ratios do not depend on the machine."""
