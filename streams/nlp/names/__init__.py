"""Names of people, organisations and places in many languages, by a linear-chain CRF over script-neutral features."""
