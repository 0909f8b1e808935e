"""Staff: accounts with roles, signing in, sessions of the pages, keys of programs."""
