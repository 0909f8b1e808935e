"""A person when it takes one: handoffs as a state machine, the queue and its routing, business hours, the record."""
