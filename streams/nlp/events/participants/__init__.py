"""Participants of events: noun phrases, the entities that they name, and what pronouns stand for."""
