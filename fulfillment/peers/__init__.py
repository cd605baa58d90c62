"""Providers on loopback: a mail server and SMS gateways that keep what they receive."""

from fulfillment.peers.kept import Fault, Mail, Sms
from fulfillment.peers.mail import SmtpPeer
from fulfillment.peers.sms import SmsPeer
from fulfillment.peers.twilio import TwilioPeer
from fulfillment.peers.vonage import VonagePeer

__all__ = ["Fault", "Mail", "Sms", "SmsPeer", "SmtpPeer", "TwilioPeer", "VonagePeer"]
