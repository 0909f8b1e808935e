"""The composition root: settings, command line, processes, HTTP application."""
