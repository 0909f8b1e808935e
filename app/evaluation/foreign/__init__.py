"""Other people's data sets, read from a path and turned into a triple CSV and questions of our own format."""
