"""Response models: one per offer, compared by time-ordered validation, calibrated, explained, kept in a registry."""
