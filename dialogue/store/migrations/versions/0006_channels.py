"""Where customers are: channel accounts, deliveries, cursors, bindings."""

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """To this version."""
