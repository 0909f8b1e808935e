"""Platforms played strictly on this machine, to try channels without an account and to test them."""
