"""Language data: phrases, adjectives, verbs and synonyms, as files that a linguist can edit."""
