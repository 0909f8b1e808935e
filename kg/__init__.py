"""The knowledge graph: triples, revisions, store, Queries and their answers."""
