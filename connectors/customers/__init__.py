"""Customers over HTTP, for staff: each sees what the role allows, and every look is written down."""
