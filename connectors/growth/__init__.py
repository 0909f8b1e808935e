"""Offers over HTTP, for the bank's own programs: decide, report what came of it, consents, experiments."""
