"""The inspector's Kafka and web parts: follows the topics, samples the flow, and serves what :mod:`streams.inspector` makes of it."""
