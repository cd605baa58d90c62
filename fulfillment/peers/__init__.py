"""Providers on loopback that keep what they receive: mail server, gateways, push service."""

from fulfillment.peers.kept import Fault, Mail, Sms
from fulfillment.peers.mail import SmtpPeer
from fulfillment.peers.push import PushPeer
from fulfillment.peers.sms import SmsPeer
from fulfillment.peers.twilio import TwilioPeer
from fulfillment.peers.vonage import VonagePeer

__all__ = [
    "Fault",
    "Mail",
    "PushPeer",
    "Sms",
    "SmsPeer",
    "SmtpPeer",
    "TwilioPeer",
    "VonagePeer",
]
