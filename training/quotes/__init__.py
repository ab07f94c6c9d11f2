"""How many quotations and speakers are found in texts that were marked by hand, by language."""
