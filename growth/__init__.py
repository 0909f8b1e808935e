"""What to offer whom, and what it brought."""
