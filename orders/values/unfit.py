"""The error of a value that is refused: its text says what was expected."""


class Unfit(ValueError):
    """A value from outside that we cannot keep; the door that took it adds the field's name."""
