"""From the name in a token to the customer: by the customer base, so that one person has one conversation."""

from __future__ import annotations

from collections.abc import Callable

from connectors.identity.settings import IssuerSettings
from customer.identifiers import Identifiers, normal
from customer.model import IdentityKind
from customer.reading import CustomerReader

STRANGER = "app:"
"""Before the name of an app user whom the customer base does not know: he has a conversation and nothing else."""


def customer_of(settings: IssuerSettings, reader: CustomerReader, identifiers: Identifiers) -> Callable[[str], str]:
    """What leads from `sub` to the customer's id, the kept one of a person who had several.

    The function it returns raises CustomerStoreUnavailable when the database fails.
    """

    def of_customer(subject: str) -> str:
        return reader.kept_id(subject)

    def of_app_user(subject: str) -> str:
        name = normal(IdentityKind.APP_USER, subject)
        found = (
            reader.owner_of(IdentityKind.APP_USER, identifiers.digest(IdentityKind.APP_USER, name)) if name else None
        )
        return reader.kept_id(found) if found else f"{STRANGER}{subject}"

    return of_app_user if settings.subject == "app_user" else of_customer
