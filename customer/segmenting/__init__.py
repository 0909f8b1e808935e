"""Segments: RFM with k-means, named by rules, with ids that survive retraining; a density view beside."""
