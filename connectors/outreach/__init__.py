"""Reaching out: what the bank says without having been asked, through one service that asks whether it may."""
