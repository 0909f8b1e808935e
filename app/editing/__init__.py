"""The editors' desk: checking, trying, publishing and rolling back, for the command line and for the pages."""
