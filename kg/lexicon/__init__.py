"""The lexicon: an immutable, memory-mapped artefact per revision that says which names a text mentions."""
