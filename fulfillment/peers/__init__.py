"""Providers on loopback that keep what they receive: mail server, SMS gateway, push service."""

from fulfillment.peers.kept import Fault, Mail, Sms
from fulfillment.peers.mail import SmtpPeer
from fulfillment.peers.push import PushPeer
from fulfillment.peers.sms import SmsPeer

__all__ = ["Fault", "Mail", "PushPeer", "Sms", "SmsPeer", "SmtpPeer"]
