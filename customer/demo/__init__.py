"""A made-up bank: customers, what they hold, do, look at and answer to offers, with the truth kept beside.

Nobody in it is real: identity numbers carry an area that does not exist, telephone numbers an unused range.
"""
