"""From a Query to the facts that answer it: `service.answer`."""
