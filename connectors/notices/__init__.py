"""SMS and e-mail: templates, receipts, unsubscription; sent from a table, each in its state."""
