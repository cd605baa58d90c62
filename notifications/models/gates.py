"""Whether a channel may be used now, how fast, and whether anything may leave at all."""

from django.db import models
from django.utils import timezone


class Gate(models.Model):
    """A channel's way out: a bucket of tokens, and a circuit that opens while its provider is down.

    `failures` in a row; at more than 0 and past `closed_until`, one message is let through to see.
    """

    channel = models.CharField(max_length=8, primary_key=True)
    tokens = models.FloatField(default=0.0)
    filled_at = models.DateTimeField(default=timezone.now)
    failures = models.PositiveSmallIntegerField(default=0)
    closed_until = models.DateTimeField(null=True, blank=True)

    def __str__(self):
        return self.channel


class Installation(models.Model):
    """The one row that knows which database cluster this is: a copy of it must not send unasked."""

    identity = models.CharField(max_length=120, help_text="Cluster, time line and database.")
    paused_at = models.DateTimeField(null=True, blank=True)
    paused_because = models.CharField(max_length=200, blank=True)

    def __str__(self):
        return self.identity
