"""Every part of Faust and aiokafka that is overridden or patched, each with the reason."""
