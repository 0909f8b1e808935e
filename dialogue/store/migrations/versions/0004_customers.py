"""Who is asking: customers, identities, holdings, movements, consents, segments, models."""

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """To this version."""
