"""Channels by which customers and staff reach the engine."""
