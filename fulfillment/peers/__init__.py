"""Providers on loopback: a mail server and an SMS gateway that keep what they receive."""

from fulfillment.peers.kept import Fault, Mail, Sms
from fulfillment.peers.mail import SmtpPeer
from fulfillment.peers.sms import SmsPeer

__all__ = ["Fault", "Mail", "Sms", "SmsPeer", "SmtpPeer"]
