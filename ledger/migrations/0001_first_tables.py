"""First tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = ("default",)
depends_on = None


def upgrade():
    op.create_table(
        "company",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "ledger_id",
            sa.Text().with_variant(sa.Text(collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "name", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False
        ),
        sa.Column(
            "currency", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False
        ),
        sa.Column(
            "zone", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False
        ),
        sa.Column(
            "day_start",
            sa.Text().with_variant(sa.Text(collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "horizon_days", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "watch", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False
        ),
        sa.Column(
            "fingerprint_key",
            sa.Text().with_variant(sa.Text(collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "founded_at",
            sa.Text().with_variant(sa.Text(collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.CheckConstraint("watch IN ('returns', 'stays')", name=op.f("ck_company_watch")),
        sa.CheckConstraint("id = 1", name=op.f("ck_company_only_one")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_company")),
        sqlite_strict=True,
    )
    op.create_table(
        "criteria_card",
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "body", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False
        ),
        sa.Column(
            "made_at", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False
        ),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_criteria_card")),
        sqlite_strict=True,
    )
    op.create_table(
        "feed",
        sa.Column(
            "name", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False
        ),
        sa.Column(
            "through", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False
        ),
        sa.Column("through_stated", sa.Integer(), nullable=False),
        sa.CheckConstraint("through_stated IN (0, 1)", name=op.f("ck_feed_through_stated")),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_feed")),
        sqlite_strict=True,
    )
    op.create_table(
        "import_run",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "begun_at", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_run")),
        sqlite_strict=True,
    )
    op.create_table(
        "journal",
        sa.Column(
            "seq",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "ledger_id",
            sa.Text().with_variant(sa.Text(collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("epoch", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "kind", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False
        ),
        sa.Column(
            "at", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False
        ),
        sa.Column(
            "actor", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False
        ),
        sa.Column(
            "subject", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False
        ),
        sa.Column(
            "content", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False
        ),
        sa.Column(
            "previous_hash",
            sa.Text().with_variant(sa.Text(collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "hash", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False
        ),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_journal")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_journal_kind"), "journal", ["kind"], unique=False)
    op.create_index(op.f("ix_journal_subject"), "journal", ["subject"], unique=False)
    op.create_table(
        "person",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "uid", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False
        ),
        sa.Column(
            "employee_id",
            sa.Text().with_variant(sa.Text(collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "name", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False
        ),
        sa.Column(
            "email", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True
        ),
        sa.Column(
            "role", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False
        ),
        sa.Column(
            "grade", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True
        ),
        sa.Column("active", sa.Integer(), nullable=False),
        sa.Column(
            "password_hash",
            sa.Text().with_variant(sa.Text(collation="C"), "postgresql"),
            nullable=True,
        ),
        sa.Column(
            "ceiling_minor", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "added_at", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False
        ),
        sa.CheckConstraint("active IN (0, 1)", name=op.f("ck_person_active")),
        sa.CheckConstraint(
            "ceiling_minor BETWEEN 0 AND 9999999999", name=op.f("ck_person_ceiling_minor")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("email", name=op.f("uq_person_email")),
        sa.UniqueConstraint("employee_id", name=op.f("uq_person_employee_id")),
        sa.UniqueConstraint("uid", name=op.f("uq_person_uid")),
        sqlite_strict=True,
    )
    op.create_table(
        "reason",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "code", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False
        ),
        sa.Column(
            "name", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False
        ),
        sa.Column("position", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("retired", sa.Integer(), nullable=False),
        sa.CheckConstraint("retired IN (0, 1)", name=op.f("ck_reason_retired")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reason")),
        sa.UniqueConstraint("code", name=op.f("uq_reason_code")),
        sqlite_strict=True,
    )
    op.create_table(
        "remedy",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "kind", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False
        ),
        sa.Column(
            "name", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False
        ),
        sa.Column(
            "icon", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False
        ),
        sa.Column(
            "cost_share_bp", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("worthless", sa.Integer(), nullable=False),
        sa.Column("needs_visit", sa.Integer(), nullable=False),
        sa.Column(
            "till_step",
            sa.Text().with_variant(sa.Text(collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("position", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("retired", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "cost_share_bp BETWEEN 0 AND 1000000", name=op.f("ck_remedy_cost_share_bp")
        ),
        sa.CheckConstraint("needs_visit IN (0, 1)", name=op.f("ck_remedy_needs_visit")),
        sa.CheckConstraint("retired IN (0, 1)", name=op.f("ck_remedy_retired")),
        sa.CheckConstraint("worthless IN (0, 1)", name=op.f("ck_remedy_worthless")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_remedy")),
        sa.UniqueConstraint("kind", name=op.f("uq_remedy_kind")),
        sqlite_strict=True,
    )
    op.create_table(
        "site",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "location_ref",
            sa.Text().with_variant(sa.Text(collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "name", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False
        ),
        sa.Column(
            "currency", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False
        ),
        sa.Column("retired", sa.Integer(), nullable=False),
        sa.CheckConstraint("retired IN (0, 1)", name=op.f("ck_site_retired")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_site")),
        sa.UniqueConstraint("location_ref", name=op.f("uq_site_location_ref")),
        sqlite_strict=True,
    )
    op.create_table(
        "subject_key",
        sa.Column(
            "subject", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False
        ),
        sa.Column(
            "key", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False
        ),
        sa.PrimaryKeyConstraint("subject", name=op.f("pk_subject_key")),
        sqlite_strict=True,
    )
    op.create_table(
        "throttle",
        sa.Column(
            "key", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False
        ),
        sa.Column("misses", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "last_miss_at",
            sa.Text().with_variant(sa.Text(collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "blocked_until",
            sa.Text().with_variant(sa.Text(collation="C"), "postgresql"),
            nullable=True,
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_throttle")),
        sqlite_strict=True,
    )
    op.create_table(
        "words",
        sa.Column(
            "subject", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False
        ),
        sa.Column(
            "body", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False
        ),
        sa.Column(
            "made_at", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False
        ),
        sa.PrimaryKeyConstraint("subject", name=op.f("pk_words")),
        sqlite_strict=True,
    )
    op.create_table(
        "budget",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("site_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "remedy_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "period_kind",
            sa.Text().with_variant(sa.Text(collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "period_start",
            sa.Text().with_variant(sa.Text(collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "period_end",
            sa.Text().with_variant(sa.Text(collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("alone", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reserved", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("gross", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("approved", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "exceptions", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.CheckConstraint("alone >= 0", name=op.f("ck_budget_alone")),
        sa.CheckConstraint("gross >= 0", name=op.f("ck_budget_gross")),
        sa.CheckConstraint("reserved >= 0", name=op.f("ck_budget_reserved")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_budget_person_id")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_budget_site_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_budget")),
        sa.UniqueConstraint(
            "person_id",
            "site_id",
            "remedy_id",
            "period_kind",
            "period_start",
            name=op.f("uq_budget_person_id_site_id_remedy_id_period_kind_period_start"),
        ),
        sqlite_strict=True,
    )
    op.create_table(
        "customer",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "pseudonym",
            sa.Text().with_variant(sa.Text(collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "commitment",
            sa.Text().with_variant(sa.Text(collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "journal_seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("import_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint(
            "(journal_seq IS NULL) <> (import_id IS NULL)", name=op.f("ck_customer_one_origin")
        ),
        sa.ForeignKeyConstraint(
            ["journal_seq"], ["journal.seq"], name=op.f("fk_customer_journal_seq")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customer")),
        sa.UniqueConstraint("pseudonym", name=op.f("uq_customer_pseudonym")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_customer_import_id"), "customer", ["import_id"], unique=False)
    op.create_table(
        "export",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column(
            "journal_seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "subject", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False
        ),
        sa.Column(
            "format", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False
        ),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column(
            "period_start",
            sa.Text().with_variant(sa.Text(collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "period_end",
            sa.Text().with_variant(sa.Text(collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("head_seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("rows", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "sha256", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False
        ),
        sa.Column(
            "made_at", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["journal_seq"], ["journal.seq"], name=op.f("fk_export_journal_seq")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_export_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_export")),
        sa.UniqueConstraint("journal_seq", name=op.f("uq_export_journal_seq")),
        sqlite_strict=True,
    )
    op.create_table(
        "export_file",
        sa.Column(
            "export_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column(
            "content", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False
        ),
        sa.Column(
            "made_at", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["export_id"], ["export.id"], name=op.f("fk_export_file_export_id")
        ),
        sa.PrimaryKeyConstraint("export_id", name=op.f("pk_export_file")),
        sqlite_strict=True,
    )
    op.create_table(
        "import_file",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column(
            "journal_seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "kind", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False
        ),
        sa.Column(
            "feed", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False
        ),
        sa.Column(
            "file_sha256",
            sa.Text().with_variant(sa.Text(collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("rows", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "rows_sha256",
            sa.Text().with_variant(sa.Text(collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "customers", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "customers_sha256",
            sa.Text().with_variant(sa.Text(collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "through", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True
        ),
        sa.Column("through_stated", sa.Integer(), nullable=False),
        sa.Column(
            "made_at", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False
        ),
        sa.CheckConstraint("rows >= 0", name=op.f("ck_import_file_rows")),
        sa.ForeignKeyConstraint(
            ["journal_seq"], ["journal.seq"], name=op.f("fk_import_file_journal_seq")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_file")),
        sa.UniqueConstraint("journal_seq", name=op.f("uq_import_file_journal_seq")),
        sqlite_strict=True,
    )
    op.create_table(
        "latitude_limit",
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
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("site_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column(
            "grade", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True
        ),
        sa.Column("remedy_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column(
            "currency", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False
        ),
        sa.Column(
            "per_decision_minor",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column(
            "budget_minor", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column(
            "budget_period",
            sa.Text().with_variant(sa.Text(collation="C"), "postgresql"),
            nullable=True,
        ),
        sa.Column(
            "customer_count", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column(
            "customer_total_minor",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
        ),
        sa.Column(
            "customer_days", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column(
            "starts_on",
            sa.Text().with_variant(sa.Text(collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "starts_at", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True
        ),
        sa.Column(
            "ends_on", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True
        ),
        sa.Column(
            "reason_commitment",
            sa.Text().with_variant(sa.Text(collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "set_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "set_at", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False
        ),
        sa.CheckConstraint(
            "budget_period IN ('day', 'week', 'month')",
            name=op.f("ck_latitude_limit_budget_period"),
        ),
        sa.CheckConstraint(
            "(budget_minor IS NULL) = (budget_period IS NULL)",
            name=op.f("ck_latitude_limit_budget_whole"),
        ),
        sa.CheckConstraint(
            "budget_minor BETWEEN 0 AND 9999999999", name=op.f("ck_latitude_limit_budget_minor")
        ),
        sa.CheckConstraint("customer_count >= 0", name=op.f("ck_latitude_limit_customer_count")),
        sa.CheckConstraint(
            "customer_days > 0 OR (customer_days IS NULL AND customer_count IS NULL AND customer_total_minor IS NULL)",
            name=op.f("ck_latitude_limit_customer_days"),
        ),
        sa.CheckConstraint(
            "customer_total_minor BETWEEN 0 AND 9999999999",
            name=op.f("ck_latitude_limit_customer_total_minor"),
        ),
        sa.CheckConstraint(
            "ends_on IS NULL OR ends_on >= starts_on", name=op.f("ck_latitude_limit_ends_on")
        ),
        sa.CheckConstraint(
            "per_decision_minor BETWEEN 0 AND 9999999999",
            name=op.f("ck_latitude_limit_per_decision_minor"),
        ),
        sa.ForeignKeyConstraint(
            ["journal_seq"], ["journal.seq"], name=op.f("fk_latitude_limit_journal_seq")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_latitude_limit_person_id")
        ),
        sa.ForeignKeyConstraint(
            ["remedy_id"], ["remedy.id"], name=op.f("fk_latitude_limit_remedy_id")
        ),
        sa.ForeignKeyConstraint(
            ["set_by_id"], ["person.id"], name=op.f("fk_latitude_limit_set_by_id")
        ),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_latitude_limit_site_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_latitude_limit")),
        sa.UniqueConstraint("journal_seq", name=op.f("uq_latitude_limit_journal_seq")),
        sa.UniqueConstraint("uid", name=op.f("uq_latitude_limit_uid")),
        sqlite_strict=True,
    )
    op.create_index(
        "ix_latitude_limit_scope", "latitude_limit", ["person_id", "site_id", "grade"], unique=False
    )
    op.create_table(
        "one_time_code",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "code_hash",
            sa.Text().with_variant(sa.Text(collation="C"), "postgresql"),
            nullable=False,
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
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_one_time_code_person_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_one_time_code")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_one_time_code_code_hash")),
        sqlite_strict=True,
    )
    op.create_index(
        op.f("ix_one_time_code_person_id"), "one_time_code", ["person_id"], unique=False
    )
    op.create_table(
        "person_site",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("site_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "from_date",
            sa.Text().with_variant(sa.Text(collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "until", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_person_site_person_id")
        ),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_person_site_site_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_site")),
        sa.UniqueConstraint(
            "person_id",
            "site_id",
            "from_date",
            name=op.f("uq_person_site_person_id_site_id_from_date"),
        ),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_person_site_person_id"), "person_site", ["person_id"], unique=False)
    op.create_index(op.f("ix_person_site_site_id"), "person_site", ["site_id"], unique=False)
    op.create_table(
        "sign_in",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "token_hash",
            sa.Text().with_variant(sa.Text(collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "device_id", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True
        ),
        sa.Column(
            "created_at",
            sa.Text().with_variant(sa.Text(collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "last_seen_at",
            sa.Text().with_variant(sa.Text(collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "stepped_up_at",
            sa.Text().with_variant(sa.Text(collation="C"), "postgresql"),
            nullable=True,
        ),
        sa.Column(
            "ended_at", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_sign_in_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_sign_in_token_hash")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_sign_in_person_id"), "sign_in", ["person_id"], unique=False)
    op.create_table(
        "site_calendar",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("site_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "from_date",
            sa.Text().with_variant(sa.Text(collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "zone", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False
        ),
        sa.Column(
            "day_start",
            sa.Text().with_variant(sa.Text(collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_site_calendar_site_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_site_calendar")),
        sa.UniqueConstraint(
            "site_id", "from_date", name=op.f("uq_site_calendar_site_id_from_date")
        ),
        sqlite_strict=True,
    )
    op.create_table(
        "submission",
        sa.Column(
            "uid", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False
        ),
        sa.Column(
            "person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "device_id", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True
        ),
        sa.Column(
            "fingerprint",
            sa.Text().with_variant(sa.Text(collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "became", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False
        ),
        sa.Column(
            "made_at", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_submission_person_id")),
        sa.PrimaryKeyConstraint("uid", name=op.f("pk_submission")),
        sqlite_strict=True,
    )
    op.create_table(
        "activity",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "import_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "feed", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False
        ),
        sa.Column(
            "external_id",
            sa.Text().with_variant(sa.Text(collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("revision", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "replaces_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column(
            "customer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("site_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column(
            "occurred_at",
            sa.Text().with_variant(sa.Text(collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "kind", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False
        ),
        sa.Column(
            "amount_minor", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "currency", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False
        ),
        sa.CheckConstraint(
            "kind IN ('purchase', 'visit', 'renewal', 'cancellation')",
            name=op.f("ck_activity_kind"),
        ),
        sa.CheckConstraint(
            "amount_minor BETWEEN 0 AND 9999999999", name=op.f("ck_activity_amount_minor")
        ),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customer.id"], name=op.f("fk_activity_customer_id")
        ),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_activity_site_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_activity")),
        sa.UniqueConstraint(
            "feed", "external_id", "revision", name=op.f("uq_activity_feed_external_id_revision")
        ),
        sqlite_strict=True,
    )
    op.create_index(
        "ix_activity_customer_time", "activity", ["customer_id", "occurred_at"], unique=False
    )
    op.create_index("ix_activity_import", "activity", ["import_id"], unique=False)
    op.create_index("ix_activity_replaces", "activity", ["replaces_id"], unique=False)
    op.create_table(
        "customer_detail",
        sa.Column(
            "customer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "reference", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True
        ),
        sa.Column(
            "name", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True
        ),
        sa.Column(
            "name_key", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True
        ),
        sa.Column(
            "phone", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True
        ),
        sa.Column(
            "phone_last4",
            sa.Text().with_variant(sa.Text(collation="C"), "postgresql"),
            nullable=True,
        ),
        sa.Column(
            "email", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True
        ),
        sa.Column(
            "loyalty", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True
        ),
        sa.Column(
            "since", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True
        ),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customer.id"], name=op.f("fk_customer_detail_customer_id")
        ),
        sa.PrimaryKeyConstraint("customer_id", name=op.f("pk_customer_detail")),
        sa.UniqueConstraint("reference", name=op.f("uq_customer_detail_reference")),
        sqlite_strict=True,
    )
    op.create_index(
        op.f("ix_customer_detail_loyalty"), "customer_detail", ["loyalty"], unique=False
    )
    op.create_index(
        op.f("ix_customer_detail_name_key"), "customer_detail", ["name_key"], unique=False
    )
    op.create_index(op.f("ix_customer_detail_phone"), "customer_detail", ["phone"], unique=False)
    op.create_index(
        op.f("ix_customer_detail_phone_last4"), "customer_detail", ["phone_last4"], unique=False
    )
    op.create_table(
        "customer_join",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column(
            "journal_seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "customer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("into_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "made_at", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customer.id"], name=op.f("fk_customer_join_customer_id")
        ),
        sa.ForeignKeyConstraint(
            ["into_id"], ["customer.id"], name=op.f("fk_customer_join_into_id")
        ),
        sa.ForeignKeyConstraint(
            ["journal_seq"], ["journal.seq"], name=op.f("fk_customer_join_journal_seq")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customer_join")),
        sa.UniqueConstraint("customer_id", name=op.f("uq_customer_join_customer_id")),
        sa.UniqueConstraint("journal_seq", name=op.f("uq_customer_join_journal_seq")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_customer_join_into_id"), "customer_join", ["into_id"], unique=False)
    op.create_table(
        "decision",
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
            "cost_minor", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "currency", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False
        ),
        sa.Column(
            "claimed_at",
            sa.Text().with_variant(sa.Text(collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "decided_at",
            sa.Text().with_variant(sa.Text(collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "received_at",
            sa.Text().with_variant(sa.Text(collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("skew", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column(
            "business_date",
            sa.Text().with_variant(sa.Text(collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "zone", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False
        ),
        sa.Column("written_later", sa.Integer(), nullable=False),
        sa.Column(
            "device_id", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True
        ),
        sa.Column(
            "device_seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column(
            "source", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False
        ),
        sa.Column("import_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column(
            "feed", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True
        ),
        sa.Column(
            "external_id",
            sa.Text().with_variant(sa.Text(collation="C"), "postgresql"),
            nullable=True,
        ),
        sa.Column("revision", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "replaces_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("ask_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column(
            "exception_reason",
            sa.Text().with_variant(sa.Text(collation="C"), "postgresql"),
            nullable=True,
        ),
        sa.Column("declared_own", sa.Integer(), nullable=False),
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
            "note_commitment",
            sa.Text().with_variant(sa.Text(collation="C"), "postgresql"),
            nullable=True,
        ),
        sa.CheckConstraint(
            "source IN ('logged', 'late', 'imported')", name=op.f("ck_decision_source")
        ),
        sa.CheckConstraint(
            "amount_minor BETWEEN 0 AND 9999999999", name=op.f("ck_decision_amount_minor")
        ),
        sa.CheckConstraint("cost_minor >= 0", name=op.f("ck_decision_cost_minor")),
        sa.CheckConstraint("declared_own IN (0, 1)", name=op.f("ck_decision_declared_own")),
        sa.CheckConstraint("written_later IN (0, 1)", name=op.f("ck_decision_written_later")),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customer.id"], name=op.f("fk_decision_customer_id")
        ),
        sa.ForeignKeyConstraint(
            ["journal_seq"], ["journal.seq"], name=op.f("fk_decision_journal_seq")
        ),
        sa.ForeignKeyConstraint(
            ["limit_id"], ["latitude_limit.id"], name=op.f("fk_decision_limit_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_decision_person_id")),
        sa.ForeignKeyConstraint(["reason_id"], ["reason.id"], name=op.f("fk_decision_reason_id")),
        sa.ForeignKeyConstraint(["remedy_id"], ["remedy.id"], name=op.f("fk_decision_remedy_id")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_decision_site_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision")),
        sa.UniqueConstraint(
            "feed", "external_id", "revision", name=op.f("uq_decision_feed_external_id_revision")
        ),
        sa.UniqueConstraint("journal_seq", name=op.f("uq_decision_journal_seq")),
        sa.UniqueConstraint("uid", name=op.f("uq_decision_uid")),
        sqlite_strict=True,
    )
    op.create_index(
        "ix_decision_customer_day", "decision", ["customer_id", "business_date"], unique=False
    )
    op.create_index(
        "ix_decision_person_day",
        "decision",
        ["person_id", "site_id", "business_date"],
        unique=False,
    )
    op.create_index(op.f("ix_decision_replaces_id"), "decision", ["replaces_id"], unique=False)
    op.create_index("ix_decision_site_day", "decision", ["site_id", "business_date"], unique=False)
    op.create_table(
        "refusal",
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
        sa.Column(
            "rule", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False
        ),
        sa.Column(
            "headroom_minor", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("limit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column(
            "until", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True
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
            "amount_minor BETWEEN 0 AND 9999999999", name=op.f("ck_refusal_amount_minor")
        ),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customer.id"], name=op.f("fk_refusal_customer_id")
        ),
        sa.ForeignKeyConstraint(
            ["journal_seq"], ["journal.seq"], name=op.f("fk_refusal_journal_seq")
        ),
        sa.ForeignKeyConstraint(
            ["limit_id"], ["latitude_limit.id"], name=op.f("fk_refusal_limit_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_refusal_person_id")),
        sa.ForeignKeyConstraint(["reason_id"], ["reason.id"], name=op.f("fk_refusal_reason_id")),
        sa.ForeignKeyConstraint(["remedy_id"], ["remedy.id"], name=op.f("fk_refusal_remedy_id")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_refusal_site_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refusal")),
        sa.UniqueConstraint("journal_seq", name=op.f("uq_refusal_journal_seq")),
        sa.UniqueConstraint("uid", name=op.f("uq_refusal_uid")),
        sqlite_strict=True,
    )
    op.create_table(
        "unmet_need",
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
        sa.Column("site_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "customer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
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
        sa.Column(
            "refusal_uid",
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
        sa.Column(
            "zone", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False
        ),
        sa.CheckConstraint(
            "amount_minor BETWEEN 0 AND 9999999999", name=op.f("ck_unmet_need_amount_minor")
        ),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customer.id"], name=op.f("fk_unmet_need_customer_id")
        ),
        sa.ForeignKeyConstraint(
            ["journal_seq"], ["journal.seq"], name=op.f("fk_unmet_need_journal_seq")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_unmet_need_person_id")),
        sa.ForeignKeyConstraint(["reason_id"], ["reason.id"], name=op.f("fk_unmet_need_reason_id")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_unmet_need_site_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unmet_need")),
        sa.UniqueConstraint("journal_seq", name=op.f("uq_unmet_need_journal_seq")),
        sa.UniqueConstraint("uid", name=op.f("uq_unmet_need_uid")),
        sqlite_strict=True,
    )
    op.create_index(
        "ix_unmet_need_site_day", "unmet_need", ["site_id", "business_date"], unique=False
    )
    op.create_table(
        "outcome",
        sa.Column(
            "decision_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "customer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column(
            "decided_on", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("is_first", sa.Integer(), nullable=False),
        sa.Column("in_force", sa.Integer(), nullable=False),
        sa.Column(
            "returned_on", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("left_on", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint("in_force IN (0, 1)", name=op.f("ck_outcome_in_force")),
        sa.CheckConstraint("is_first IN (0, 1)", name=op.f("ck_outcome_is_first")),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customer.id"], name=op.f("fk_outcome_customer_id")
        ),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decision.id"], name=op.f("fk_outcome_decision_id")
        ),
        sa.PrimaryKeyConstraint("decision_id", name=op.f("pk_outcome")),
        sqlite_strict=True,
    )
    op.create_index("ix_outcome_customer", "outcome", ["customer_id"], unique=False)
    op.create_table(
        "recognition",
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
        sa.Column("site_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "given_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "decision_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column(
            "event_type",
            sa.Text().with_variant(sa.Text(collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "event_date",
            sa.Text().with_variant(sa.Text(collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "words_commitment",
            sa.Text().with_variant(sa.Text(collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "made_at", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False
        ),
        sa.CheckConstraint(
            "event_type IN ('judgement', 'outcome', 'story')",
            name=op.f("ck_recognition_event_type"),
        ),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decision.id"], name=op.f("fk_recognition_decision_id")
        ),
        sa.ForeignKeyConstraint(
            ["given_by_id"], ["person.id"], name=op.f("fk_recognition_given_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["journal_seq"], ["journal.seq"], name=op.f("fk_recognition_journal_seq")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_recognition_person_id")
        ),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_recognition_site_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recognition")),
        sa.UniqueConstraint("journal_seq", name=op.f("uq_recognition_journal_seq")),
        sa.UniqueConstraint("uid", name=op.f("uq_recognition_uid")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_recognition_event_date"), "recognition", ["event_date"], unique=False)
    op.create_index(op.f("ix_recognition_person_id"), "recognition", ["person_id"], unique=False)
    op.create_table(
        "void",
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
            "reason_commitment",
            sa.Text().with_variant(sa.Text(collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("taken_back", sa.Integer(), nullable=False),
        sa.Column(
            "business_date",
            sa.Text().with_variant(sa.Text(collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "replacement_uid",
            sa.Text().with_variant(sa.Text(collation="C"), "postgresql"),
            nullable=True,
        ),
        sa.Column(
            "made_at", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False
        ),
        sa.CheckConstraint("taken_back IN (0, 1)", name=op.f("ck_void_taken_back")),
        sa.ForeignKeyConstraint(["decision_id"], ["decision.id"], name=op.f("fk_void_decision_id")),
        sa.ForeignKeyConstraint(["journal_seq"], ["journal.seq"], name=op.f("fk_void_journal_seq")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_void_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_void")),
        sa.UniqueConstraint("decision_id", name=op.f("uq_void_decision_id")),
        sa.UniqueConstraint("journal_seq", name=op.f("uq_void_journal_seq")),
        sa.UniqueConstraint("uid", name=op.f("uq_void_uid")),
        sqlite_strict=True,
    )
    _guard()


BY_ROW = (
    "decision",
    "void",
    "refusal",
    "unmet_need",
    "latitude_limit",
    "import_file",
    "recognition",
    "export",
    "customer_join",
)
BY_SET = ("customer", "activity")


def _guard():
    """Refuse changes to journal and books. A guard rail: the checkpoint is the control."""
    guard = _guard_sqlite if op.get_bind().dialect.name == "sqlite" else _guard_postgresql
    guard("journal", "seq", "")
    for table in BY_ROW:
        guard(table, "id", "")
    # Rows of an import that was stopped half-way are nobody's book yet, and may be cleared away.
    for table in BY_SET:
        guard(
            table, "id", "EXISTS (SELECT 1 FROM import_file WHERE import_file.id = OLD.import_id)"
        )


def _guard_sqlite(table, key, deletable_unless):
    if table == "customer":
        deletable_unless = f"OLD.import_id IS NULL OR {deletable_unless}"
    when = f"WHEN {deletable_unless} " if deletable_unless else ""
    for name, event in (
        ("update", "BEFORE UPDATE"),
        ("delete", "BEFORE DELETE"),
    ):
        op.execute(
            f"CREATE TRIGGER {table}_no_{name} {event} ON {table} "
            + (when if name == "delete" else "")
            + f"BEGIN SELECT RAISE(ABORT, '{table} only grows'); END"
        )
    # REPLACE deletes without firing a DELETE trigger, so an existing key is refused here.
    op.execute(
        f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} "
        f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {key} = NEW.{key}) "
        f"BEGIN SELECT RAISE(ABORT, '{table} only grows'); END"
    )


def _guard_postgresql(table, key, deletable_unless):
    op.execute(
        "CREATE OR REPLACE FUNCTION latitude_only_grows() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '% only grows', TG_TABLE_NAME; END $$"
    )
    if deletable_unless:
        op.execute(
            "CREATE OR REPLACE FUNCTION latitude_grows_by_import() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN IF OLD.import_id IS NULL OR "
            f"{deletable_unless} THEN RAISE EXCEPTION '% only grows', TG_TABLE_NAME; "
            "END IF; RETURN OLD; END $$"
        )
    deleting = "latitude_grows_by_import" if deletable_unless else "latitude_only_grows"
    op.execute(
        f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION latitude_only_grows()"
    )
    op.execute(
        f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION {deleting}()"
    )
    op.execute(
        f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION latitude_only_grows()"
    )


def downgrade():
    """Refuse: books are never dropped. Restore a backup instead."""
    message = "a ledger does not go back; restore a backup"
    raise RuntimeError(message)
