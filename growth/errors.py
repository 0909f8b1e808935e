"""What can go wrong with offers."""

from __future__ import annotations


class GrowthError(Exception):
    """Base of every error of this package; the message is Chinese and says place, value and remedy."""


class OfferFileError(GrowthError):
    """A file of data/offers that can't be read or followed; `problems` holds one line each."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class LedgerUnavailable(GrowthError):
    """The ledger can't be read or written: nothing goes out."""


class ClaimLost(GrowthError):
    """Somebody else wrote about this customer between reading and writing; what was decided no longer holds."""


class UnknownDecision(GrowthError):
    """No decision has this id."""


class NotShown(GrowthError):
    """Feedback on an offer that was not shown."""
