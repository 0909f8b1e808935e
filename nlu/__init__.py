"""From a customer's words to their meaning: values, names, intents, Queries."""
