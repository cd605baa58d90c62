"""Tests of the counts and corrections."""
