"""Fault-injection tests of the whole portal: crashes, outages, faulty providers, and an oracle."""
