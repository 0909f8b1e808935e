"""The editor API: drafts, revisions, the graph, golden questions and the journal, for pages and programs."""
