"""Kinds of messages: one record each, in the groups that a seller sees."""
