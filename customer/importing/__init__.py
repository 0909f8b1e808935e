"""Import of a bank's data: a mapping file says where things stand; bad rows go to quarantine with a reason."""
