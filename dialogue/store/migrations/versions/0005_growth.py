"""What to offer: contact ledger, decisions, experiments, opt-outs."""

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """To this version."""
