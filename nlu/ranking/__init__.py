"""How the ranker's resources are made: `python -m nlu.ranking.wordnet`, `python -m nlu.ranking.fit`."""
