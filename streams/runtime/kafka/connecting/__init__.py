"""How a connection to a broker is secured, and why one is refused."""
