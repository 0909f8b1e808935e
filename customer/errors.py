"""What can go wrong with customer data."""

from __future__ import annotations


class CustomerError(Exception):
    """Base of every error of this package; the message is Chinese and says place, value and remedy."""


class CustomerStoreUnavailable(CustomerError):
    """The database can't be read or written: nothing is known of the customer, so nothing may be assumed."""


class UnknownCustomer(CustomerError):
    """No customer has this id."""


class MappingError(CustomerError):
    """A mapping file that can't be followed."""


class KeyMissing(CustomerError):
    """Identifiers can't be hashed or read: there is no key, or it is another one."""


class ModelUnusable(CustomerError):
    """A model's file is missing, damaged, or made for other features."""
