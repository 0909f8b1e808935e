"""Who is asking: identity, consent, privacy, profile, suitability."""
