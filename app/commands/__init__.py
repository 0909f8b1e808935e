"""The groups of the command line, one module each; what is slow to import is imported inside the commands."""
