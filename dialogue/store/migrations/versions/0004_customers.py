"""Who is asking: customers, identities, holdings, movements, consents, segments, models."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

_MOMENT = sa.DateTime(timezone=True)
_KEY = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """To this version."""
    _customer()
    _segment()
    _risk()
    _holding()
    _consent()
    _identity()
    _signal()
    _feature()
    _score()
    _segment_run()
    _model()
    _review()
    _merge()
    _import()
    _quarantine()
    _part()
    _look()


def _customer() -> None:
    op.create_table(
        "customer",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("birth_date", sa.Date),
        sa.Column("sex", sa.String(1)),
        sa.Column("region", sa.String(60)),
        sa.Column("monthly_income_fen", sa.BigInteger),
        sa.Column("opened_on", sa.Date),
        sa.Column("employee", sa.Boolean),
        sa.Column("vip", sa.Boolean),
        sa.Column("source", sa.String(80), nullable=False),
        sa.Column("as_of", _MOMENT, nullable=False),
        sa.Column("provenance", sa.JSON, nullable=False),
        sa.Column("merged_into", sa.String(64)),
        sa.PrimaryKeyConstraint("id", name="pk_customer"),
    )
    op.create_index("ix_customer_merged_into", "customer", ["merged_into"])


def _segment() -> None:
    op.create_table(
        "customer_segment",
        sa.Column("customer_id", sa.String(64), nullable=False),
        sa.Column("segment", sa.String(40), nullable=False),
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("life_stage", sa.String(40)),
        sa.Column("run", sa.String(40), nullable=False),
        sa.Column("as_of", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("customer_id", name="pk_customer_segment"),
    )
    op.create_index("ix_customer_segment_segment", "customer_segment", ["segment"])


def _risk() -> None:
    op.create_table(
        "customer_risk",
        sa.Column("customer_id", sa.String(64), nullable=False),
        sa.Column("assessed_on", sa.Date, nullable=False),
        sa.Column("rating", sa.String(2), nullable=False),
        sa.Column("expires_on", sa.Date),
        sa.Column("source", sa.String(80), nullable=False),
        sa.Column("as_of", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("customer_id", "assessed_on", name="pk_customer_risk"),
    )


def _holding() -> None:
    op.create_table(
        "customer_holding",
        sa.Column("id", sa.String(80), nullable=False),
        sa.Column("customer_id", sa.String(64), nullable=False),
        sa.Column("product", sa.String(200), nullable=False),
        sa.Column("product_id", sa.String(200)),
        sa.Column("amount_fen", sa.BigInteger),
        sa.Column("since", sa.Date),
        sa.Column("matures", sa.Date),
        sa.Column("flags", sa.JSON, nullable=False),
        sa.Column("source", sa.String(80), nullable=False),
        sa.Column("as_of", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_customer_holding"),
    )
    op.create_index("ix_customer_holding_customer_id", "customer_holding", ["customer_id"])
    op.create_index("ix_customer_holding_product", "customer_holding", ["product"])


def _consent() -> None:
    op.create_table(
        "customer_consent",
        sa.Column("number", _KEY, nullable=False, autoincrement=True),
        sa.Column("customer_id", sa.String(64), nullable=False),
        sa.Column("purpose", sa.String(40), nullable=False),
        sa.Column("channel", sa.String(40), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("source", sa.String(80), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_customer_consent"),
        sa.UniqueConstraint(
            "customer_id",
            "purpose",
            "channel",
            "at",
            "state",
            name="uq_customer_consent_customer_id_purpose_channel_at_state",
        ),
    )


def _identity() -> None:
    op.create_table(
        "customer_identity",
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("customer_id", sa.String(64), nullable=False),
        sa.Column("shown", sa.String(60), nullable=False),
        sa.Column("source", sa.String(80), nullable=False),
        sa.Column("as_of", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("kind", "digest", name="pk_customer_identity"),
    )
    op.create_index("ix_customer_identity_customer_id", "customer_identity", ["customer_id"])


def _signal() -> None:
    op.create_table(
        "customer_signal",
        sa.Column("customer_id", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("since", _MOMENT, nullable=False),
        sa.Column("until", _MOMENT),
        sa.Column("source", sa.String(80), nullable=False),
        sa.PrimaryKeyConstraint("customer_id", "kind", "since", name="pk_customer_signal"),
    )


def _feature() -> None:
    op.create_table(
        "customer_feature",
        sa.Column("customer_id", sa.String(64), nullable=False),
        sa.Column("values", sa.JSON, nullable=False),
        sa.Column("as_of", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("customer_id", name="pk_customer_feature"),
    )


def _score() -> None:
    op.create_table(
        "customer_score",
        sa.Column("customer_id", sa.String(64), nullable=False),
        sa.Column("chances", sa.JSON, nullable=False),
        sa.Column("run", sa.String(80), nullable=False),
        sa.Column("as_of", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("customer_id", name="pk_customer_score"),
    )


def _segment_run() -> None:
    op.create_table(
        "customer_segment_run",
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("as_of", _MOMENT, nullable=False),
        sa.Column("body", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_customer_segment_run"),
    )


def _model() -> None:
    op.create_table(
        "customer_model",
        sa.Column("offer", sa.String(80), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("stage", sa.String(12), nullable=False),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("metrics", sa.JSON, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("made_at", _MOMENT, nullable=False),
        sa.Column("moved_at", _MOMENT, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("offer", "version", name="pk_customer_model"),
    )
    op.create_index("ix_customer_model_offer_stage", "customer_model", ["offer", "stage"])


def _review() -> None:
    op.create_table(
        "customer_review",
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("left_id", sa.String(64), nullable=False),
        sa.Column("right_id", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("reasons", sa.JSON, nullable=False),
        sa.Column("chance", sa.Float, nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("decided_by", sa.String(80)),
        sa.Column("decided_at", _MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_customer_review"),
    )
    op.create_index("ix_customer_review_state", "customer_review", ["state"])


def _merge() -> None:
    op.create_table(
        "customer_merge",
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("kept", sa.String(64), nullable=False),
        sa.Column("gone", sa.String(64), nullable=False),
        sa.Column("moved", sa.JSON, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("by", sa.String(80), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("undone_by", sa.String(80)),
        sa.Column("undone_at", _MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_customer_merge"),
    )
    op.create_index("ix_customer_merge_gone", "customer_merge", ["gone"])
    op.create_index("ix_customer_merge_kept", "customer_merge", ["kept"])


def _import() -> None:
    op.create_table(
        "customer_import",
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("mapping", sa.String(200), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("counts", sa.JSON, nullable=False),
        sa.Column("started_at", _MOMENT, nullable=False),
        sa.Column("finished_at", _MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_customer_import"),
    )


def _quarantine() -> None:
    op.create_table(
        "customer_quarantine",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("run", sa.String(40), nullable=False),
        sa.Column("source", sa.String(80), nullable=False),
        sa.Column("place", sa.String(300), nullable=False),
        sa.Column("reason", sa.String(40), nullable=False),
        sa.Column("detail", sa.Text, nullable=False),
        sa.Column("row", sa.JSON, nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_customer_quarantine"),
    )
    op.create_index("ix_customer_quarantine_source_reason", "customer_quarantine", ["source", "reason"])


def _part() -> None:
    op.create_table(
        "customer_part",
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("source", sa.String(80), nullable=False),
        sa.Column("rows", sa.Integer, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_customer_part"),
    )
    op.create_index("ix_customer_part_source", "customer_part", ["source"])


def _look() -> None:
    op.create_table(
        "customer_look",
        sa.Column("number", _KEY, nullable=False, autoincrement=True),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("actor", sa.String(80), nullable=False),
        sa.Column("customer_id", sa.String(64), nullable=False),
        sa.Column("via", sa.String(20), nullable=False),
        sa.Column("fields", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_customer_look"),
    )
    op.create_index("ix_customer_look_actor", "customer_look", ["actor"])
    op.create_index("ix_customer_look_customer_id", "customer_look", ["customer_id"])


def downgrade() -> None:
    """Back to the version before."""
    for name in (
        "customer",
        "customer_segment",
        "customer_risk",
        "customer_holding",
        "customer_consent",
        "customer_identity",
        "customer_signal",
        "customer_feature",
        "customer_score",
        "customer_segment_run",
        "customer_model",
        "customer_review",
        "customer_merge",
        "customer_import",
        "customer_quarantine",
        "customer_part",
        "customer_look",
    ):
        op.drop_table(name)
