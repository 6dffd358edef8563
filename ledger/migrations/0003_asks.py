"""Asks and their answers, delegations, reviews, readings of flags; two columns for people."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = ()
depends_on = None


def upgrade():
    op.create_table(
        "answer_turn",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("site_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("turn", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint("turn BETWEEN 1 AND 9", name=op.f("ck_answer_turn_turn")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_answer_turn_person_id")
        ),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_answer_turn_site_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer_turn")),
        sa.UniqueConstraint("site_id", "person_id", name=op.f("uq_answer_turn_site_id_person_id")),
        sqlite_strict=True,
    )
    op.create_table(
        "ask_rule",
        sa.Column(
            "site_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column(
            "waits_minutes", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "next_after_minutes",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column(
            "on_timeout",
            sa.Text().with_variant(sa.Text(collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "allow_up_to_minor",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column(
            "act_now_up_to_minor",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "on_timeout IN ('expire', 'allow')", name=op.f("ck_ask_rule_on_timeout")
        ),
        sa.CheckConstraint(
            "act_now_up_to_minor BETWEEN 0 AND 9999999999",
            name=op.f("ck_ask_rule_act_now_up_to_minor"),
        ),
        sa.CheckConstraint(
            "allow_up_to_minor BETWEEN 0 AND 9999999999", name=op.f("ck_ask_rule_allow_up_to_minor")
        ),
        sa.CheckConstraint(
            "next_after_minutes BETWEEN 1 AND 1440", name=op.f("ck_ask_rule_next_after_minutes")
        ),
        sa.CheckConstraint(
            "waits_minutes BETWEEN 1 AND 1440", name=op.f("ck_ask_rule_waits_minutes")
        ),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_ask_rule_site_id")),
        sa.PrimaryKeyConstraint("site_id", name=op.f("pk_ask_rule")),
        sqlite_strict=True,
    )
    op.create_table(
        "delegation",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column(
            "uid", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False
        ),
        sa.Column(
            "journal_seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("to_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "starts_on",
            sa.Text().with_variant(sa.Text(collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "ends_on", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False
        ),
        sa.Column(
            "made_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "made_at", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False
        ),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_delegation_ends_on")),
        sa.CheckConstraint("person_id <> to_id", name=op.f("ck_delegation_to_id")),
        sa.ForeignKeyConstraint(
            ["journal_seq"], ["journal.seq"], name=op.f("fk_delegation_journal_seq")
        ),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["person.id"], name=op.f("fk_delegation_made_by_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_delegation_person_id")),
        sa.ForeignKeyConstraint(["to_id"], ["person.id"], name=op.f("fk_delegation_to_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delegation")),
        sa.UniqueConstraint("journal_seq", name=op.f("uq_delegation_journal_seq")),
        sa.UniqueConstraint("uid", name=op.f("uq_delegation_uid")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_delegation_person_id"), "delegation", ["person_id"], unique=False)
    op.create_index(op.f("ix_delegation_to_id"), "delegation", ["to_id"], unique=False)
    op.create_table(
        "flag_reading",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column(
            "uid", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False
        ),
        sa.Column(
            "journal_seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "kind", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False
        ),
        sa.Column("site_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "about", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False
        ),
        sa.Column("counted", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "through", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False
        ),
        sa.Column(
            "reading", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False
        ),
        sa.Column(
            "person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "words_commitment",
            sa.Text().with_variant(sa.Text(collation="C"), "postgresql"),
            nullable=True,
        ),
        sa.Column(
            "made_at", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False
        ),
        sa.CheckConstraint(
            "kind IN ('just_under', 'same_customer', 'many_hands', 'splitting')",
            name=op.f("ck_flag_reading_kind"),
        ),
        sa.CheckConstraint(
            "reading IN ('limit', 'misuse', 'neither')", name=op.f("ck_flag_reading_reading")
        ),
        sa.ForeignKeyConstraint(
            ["journal_seq"], ["journal.seq"], name=op.f("fk_flag_reading_journal_seq")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_flag_reading_person_id")
        ),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_flag_reading_site_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_flag_reading")),
        sa.UniqueConstraint("journal_seq", name=op.f("uq_flag_reading_journal_seq")),
        sa.UniqueConstraint("uid", name=op.f("uq_flag_reading_uid")),
        sqlite_strict=True,
    )
    op.create_table(
        "ask",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column(
            "uid", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False
        ),
        sa.Column(
            "journal_seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "thread_uid",
            sa.Text().with_variant(sa.Text(collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "previous_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column(
            "refusal_uid",
            sa.Text().with_variant(sa.Text(collation="C"), "postgresql"),
            nullable=True,
        ),
        sa.Column(
            "person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("site_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "customer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column(
            "remedy_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "reason_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "amount_minor", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "currency", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False
        ),
        sa.Column("declared_own", sa.Integer(), nullable=False),
        sa.Column(
            "rule", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False
        ),
        sa.Column(
            "headroom_minor", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("limit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column(
            "limit_per_decision_minor",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
        ),
        sa.Column(
            "limit_budget_minor",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
        ),
        sa.Column(
            "limit_budget_period",
            sa.Text().with_variant(sa.Text(collation="C"), "postgresql"),
            nullable=True,
        ),
        sa.Column(
            "budget_left_minor", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column(
            "reserved_minor", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "forecast", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True
        ),
        sa.Column("apologised", sa.Integer(), nullable=True),
        sa.Column("noticed_first", sa.Integer(), nullable=True),
        sa.Column(
            "asked_for", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True
        ),
        sa.Column(
            "criteria_version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column(
            "criteria_ticks",
            sa.Text().with_variant(sa.Text(collation="C"), "postgresql"),
            nullable=True,
        ),
        sa.Column(
            "device_id", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True
        ),
        sa.Column(
            "why_commitment",
            sa.Text().with_variant(sa.Text(collation="C"), "postgresql"),
            nullable=True,
        ),
        sa.Column(
            "content_hash",
            sa.Text().with_variant(sa.Text(collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "made_at", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False
        ),
        sa.Column(
            "business_date",
            sa.Text().with_variant(sa.Text(collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "zone", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False
        ),
        sa.Column(
            "expires_at",
            sa.Text().with_variant(sa.Text(collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.CheckConstraint("(version = 1) = (previous_id IS NULL)", name=op.f("ck_ask_version")),
        sa.CheckConstraint(
            "amount_minor BETWEEN 0 AND 9999999999", name=op.f("ck_ask_amount_minor")
        ),
        sa.Column("timeout_allows", sa.Integer(), nullable=False),
        sa.CheckConstraint("declared_own IN (0, 1)", name=op.f("ck_ask_declared_own")),
        sa.CheckConstraint("timeout_allows IN (0, 1)", name=op.f("ck_ask_timeout_allows")),
        sa.CheckConstraint(
            "reserved_minor BETWEEN 0 AND amount_minor", name=op.f("ck_ask_reserved_minor")
        ),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_ask_customer_id")),
        sa.ForeignKeyConstraint(["journal_seq"], ["journal.seq"], name=op.f("fk_ask_journal_seq")),
        sa.ForeignKeyConstraint(["limit_id"], ["latitude_limit.id"], name=op.f("fk_ask_limit_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_ask_person_id")),
        sa.ForeignKeyConstraint(["previous_id"], ["ask.id"], name=op.f("fk_ask_previous_id")),
        sa.ForeignKeyConstraint(["reason_id"], ["reason.id"], name=op.f("fk_ask_reason_id")),
        sa.ForeignKeyConstraint(["remedy_id"], ["remedy.id"], name=op.f("fk_ask_remedy_id")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_ask_site_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ask")),
        sa.UniqueConstraint("journal_seq", name=op.f("uq_ask_journal_seq")),
        sa.UniqueConstraint("previous_id", name=op.f("uq_ask_previous_id")),
        sa.UniqueConstraint("thread_uid", "version", name=op.f("uq_ask_thread_uid_version")),
        sa.UniqueConstraint("uid", name=op.f("uq_ask_uid")),
        sqlite_strict=True,
    )
    op.create_index("ix_ask_person_expiry", "ask", ["person_id", "expires_at"], unique=False)
    op.create_index("ix_ask_site_day", "ask", ["site_id", "business_date"], unique=False)
    op.create_index("ix_ask_site_expiry", "ask", ["site_id", "expires_at"], unique=False)
    for name, column, held in (
        ("ix_decision_exception", "site_id", "exception_reason"),
        ("ix_decision_ask", "ask_id", "ask_id"),
    ):
        where = sa.text(f"{held} IS NOT NULL")
        op.create_index(
            name, "decision", [column], unique=False, sqlite_where=where, postgresql_where=where
        )
    op.create_table(
        "delegation_end",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column(
            "uid", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False
        ),
        sa.Column(
            "journal_seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "delegation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "made_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column(
            "made_at", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["delegation_id"], ["delegation.id"], name=op.f("fk_delegation_end_delegation_id")
        ),
        sa.ForeignKeyConstraint(
            ["journal_seq"], ["journal.seq"], name=op.f("fk_delegation_end_journal_seq")
        ),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["person.id"], name=op.f("fk_delegation_end_made_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delegation_end")),
        sa.UniqueConstraint("delegation_id", name=op.f("uq_delegation_end_delegation_id")),
        sa.UniqueConstraint("journal_seq", name=op.f("uq_delegation_end_journal_seq")),
        sa.UniqueConstraint("uid", name=op.f("uq_delegation_end_uid")),
        sqlite_strict=True,
    )
    op.create_table(
        "ask_answer",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column(
            "uid", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False
        ),
        sa.Column(
            "journal_seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("ask_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("step", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "kind", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False
        ),
        sa.Column(
            "ask_version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "ask_hash", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False
        ),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column(
            "for_person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column(
            "ceiling_minor", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("in_place", sa.Integer(), nullable=False),
        sa.Column(
            "amount_minor", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column(
            "words_commitment",
            sa.Text().with_variant(sa.Text(collation="C"), "postgresql"),
            nullable=True,
        ),
        sa.Column(
            "lapses_at", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True
        ),
        sa.Column(
            "decision_uid",
            sa.Text().with_variant(sa.Text(collation="C"), "postgresql"),
            nullable=True,
        ),
        sa.Column(
            "made_at", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False
        ),
        sa.Column(
            "business_date",
            sa.Text().with_variant(sa.Text(collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "(kind IN ('approved', 'countered', 'allowed')) = (lapses_at IS NOT NULL)",
            name=op.f("ck_ask_answer_lapses_at"),
        ),
        sa.CheckConstraint(
            "(kind IN ('given', 'accepted')) = (decision_uid IS NOT NULL)",
            name=op.f("ck_ask_answer_decision_uid"),
        ),
        sa.CheckConstraint(
            "(step = 1 AND kind IN ('approved', 'countered', 'allowed', 'declined', 'withdrawn', 'replaced', 'expired')) OR (step = 2 AND kind IN ('given', 'accepted', 'withdrawn', 'replaced', 'lapsed'))",
            name=op.f("ck_ask_answer_kind"),
        ),
        sa.CheckConstraint(
            "amount_minor BETWEEN 0 AND 9999999999", name=op.f("ck_ask_answer_amount_minor")
        ),
        sa.CheckConstraint("in_place IN (0, 1)", name=op.f("ck_ask_answer_in_place")),
        sa.ForeignKeyConstraint(["ask_id"], ["ask.id"], name=op.f("fk_ask_answer_ask_id")),
        sa.ForeignKeyConstraint(
            ["for_person_id"], ["person.id"], name=op.f("fk_ask_answer_for_person_id")
        ),
        sa.ForeignKeyConstraint(
            ["journal_seq"], ["journal.seq"], name=op.f("fk_ask_answer_journal_seq")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_ask_answer_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ask_answer")),
        sa.UniqueConstraint("ask_id", "step", name=op.f("uq_ask_answer_ask_id_step")),
        sa.UniqueConstraint("journal_seq", name=op.f("uq_ask_answer_journal_seq")),
        sa.UniqueConstraint("uid", name=op.f("uq_ask_answer_uid")),
        sqlite_strict=True,
    )
    op.create_table(
        "in_place",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ask_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "sign_in_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "made_at", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False
        ),
        sa.Column(
            "expires_at",
            sa.Text().with_variant(sa.Text(collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "used_at", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True
        ),
        sa.ForeignKeyConstraint(["ask_id"], ["ask.id"], name=op.f("fk_in_place_ask_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_in_place_person_id")),
        sa.ForeignKeyConstraint(
            ["sign_in_id"], ["sign_in.id"], name=op.f("fk_in_place_sign_in_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_in_place")),
        sqlite_strict=True,
    )
    op.create_table(
        "review",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column(
            "uid", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False
        ),
        sa.Column(
            "journal_seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "decision_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "words_commitment",
            sa.Text().with_variant(sa.Text(collation="C"), "postgresql"),
            nullable=True,
        ),
        sa.Column(
            "made_at", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False
        ),
        sa.Column(
            "business_date",
            sa.Text().with_variant(sa.Text(collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decision.id"], name=op.f("fk_review_decision_id")
        ),
        sa.ForeignKeyConstraint(
            ["journal_seq"], ["journal.seq"], name=op.f("fk_review_journal_seq")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_review_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review")),
        sa.UniqueConstraint("decision_id", name=op.f("uq_review_decision_id")),
        sa.UniqueConstraint("journal_seq", name=op.f("uq_review_journal_seq")),
        sa.UniqueConstraint("uid", name=op.f("uq_review_uid")),
        sqlite_strict=True,
    )
    _add_to_person()
    for table in BY_ROW:
        _guard(table)


BY_ROW = ("ask", "ask_answer", "delegation", "delegation_end", "review", "flag_reading")


def _add_to_person():
    """Add two columns with their checks: SQLite takes those only in the same breath."""
    whole = "INTEGER" if op.get_bind().dialect.name == "sqlite" else "BIGINT"
    within = "CHECK (approval_ceiling_minor BETWEEN 0 AND 9999999999)"
    for column, check in (
        ("approval_ceiling_minor", f"ck_person_approval_ceiling_minor {within}"),
        ("same_as_id", "fk_person_same_as_id REFERENCES person (id)"),
    ):
        op.execute(f"ALTER TABLE person ADD COLUMN {column} {whole} CONSTRAINT {check}")


def _guard(table):
    """Refuse changes to a book. A guard rail: the checkpoint is the control."""
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for name, event, each in (
        ("update", "UPDATE", "ROW"),
        ("delete", "DELETE", "ROW"),
        ("truncate", "TRUNCATE", "STATEMENT"),
    ):
        if not is_sqlite:
            op.execute(
                f"CREATE TRIGGER {table}_no_{name} BEFORE {event} ON {table} "
                f"FOR EACH {each} EXECUTE FUNCTION latitude_only_grows()"
            )
        elif name != "truncate":
            _guard_sqlite(table, name, event, "")
    if is_sqlite:
        # REPLACE deletes without firing a DELETE trigger, so an existing key is refused here.
        known = f"WHEN EXISTS (SELECT 1 FROM {table} WHERE id = NEW.id) "
        _guard_sqlite(table, "replace", "INSERT", known)


def _guard_sqlite(table, name, event, when):
    op.execute(
        f"CREATE TRIGGER {table}_no_{name} BEFORE {event} ON {table} {when}"
        f"BEGIN SELECT RAISE(ABORT, '{table} only grows'); END"
    )


def downgrade():
    """Refuse: books are never dropped. Restore a backup instead."""
    message = "a ledger does not go back; restore a backup"
    raise RuntimeError(message)
