"""Peers: providers on loopback that speak the real protocol and keep what they receive."""

from fulfillment.demo.peers.carrier import CarrierPeer
from fulfillment.demo.peers.kept import Fault, Mail, Sms
from fulfillment.demo.peers.mail import SmtpPeer
from fulfillment.demo.peers.push import PushPeer
from fulfillment.demo.peers.sms import SmsPeer
from fulfillment.demo.peers.twilio import TwilioPeer
from fulfillment.demo.peers.vonage import VonagePeer

__all__ = [
    "CarrierPeer",
    "Fault",
    "Mail",
    "PushPeer",
    "Sms",
    "SmsPeer",
    "SmtpPeer",
    "TwilioPeer",
    "VonagePeer",
]
