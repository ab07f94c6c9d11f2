"""Kafka clients and topics outside of Faust: options, ACLs, offsets, reading and writing."""
