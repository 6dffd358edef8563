"""Everyday tables: settings, uploads, the till, downloads; a join of customers can be taken back."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = ()
depends_on = None


def upgrade():
    op.create_table(
        "currency_bands",
        sa.Column(
            "currency", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False
        ),
        sa.Column(
            "tops", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False
        ),
        sa.PrimaryKeyConstraint("currency", name=op.f("pk_currency_bands")),
        sqlite_strict=True,
    )
    op.create_table(
        "feed_setting",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "kind", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False
        ),
        sa.Column(
            "name", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False
        ),
        sa.Column(
            "label", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False
        ),
        sa.Column(
            "every_days", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("retired", sa.Integer(), nullable=False),
        sa.CheckConstraint("kind IN ('activity', 'till')", name=op.f("ck_feed_setting_kind")),
        sa.CheckConstraint("every_days BETWEEN 1 AND 366", name=op.f("ck_feed_setting_every_days")),
        sa.CheckConstraint("retired IN (0, 1)", name=op.f("ck_feed_setting_retired")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feed_setting")),
        sa.UniqueConstraint("kind", "name", name=op.f("uq_feed_setting_kind_name")),
        sqlite_strict=True,
    )
    op.create_table(
        "download",
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
            "choice", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False
        ),
        sa.Column("head_seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "made_at", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["journal_seq"], ["journal.seq"], name=op.f("fk_download_journal_seq")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_download_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_download")),
        sa.UniqueConstraint("journal_seq", name=op.f("uq_download_journal_seq")),
        sqlite_strict=True,
    )
    op.create_table(
        "site_reason",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("site_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "reason_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("position", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("shown", sa.Integer(), nullable=False),
        sa.CheckConstraint("shown IN (0, 1)", name=op.f("ck_site_reason_shown")),
        sa.ForeignKeyConstraint(
            ["reason_id"], ["reason.id"], name=op.f("fk_site_reason_reason_id")
        ),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_site_reason_site_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_site_reason")),
        sa.UniqueConstraint("site_id", "reason_id", name=op.f("uq_site_reason_site_id_reason_id")),
        sqlite_strict=True,
    )
    op.create_table(
        "sponsor_card",
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
            "agreed_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "set_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "judged_on",
            sa.Text().with_variant(sa.Text(collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "figure", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False
        ),
        sa.Column("target", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "currency", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True
        ),
        sa.Column(
            "stop_commitment",
            sa.Text().with_variant(sa.Text(collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "made_at", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False
        ),
        sa.CheckConstraint(
            "figure IN ('came_back', 'cost', 'unmet_needs', 'written')",
            name=op.f("ck_sponsor_card_figure"),
        ),
        sa.ForeignKeyConstraint(
            ["agreed_by_id"], ["person.id"], name=op.f("fk_sponsor_card_agreed_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["journal_seq"], ["journal.seq"], name=op.f("fk_sponsor_card_journal_seq")
        ),
        sa.ForeignKeyConstraint(
            ["set_by_id"], ["person.id"], name=op.f("fk_sponsor_card_set_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sponsor_card")),
        sa.UniqueConstraint("journal_seq", name=op.f("uq_sponsor_card_journal_seq")),
        sa.UniqueConstraint("uid", name=op.f("uq_sponsor_card_uid")),
        sqlite_strict=True,
    )
    op.create_table(
        "till_entry",
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
        sa.Column("site_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "occurred_at",
            sa.Text().with_variant(sa.Text(collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "business_date",
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
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column(
            "reference", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True
        ),
        sa.Column(
            "decision_number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.CheckConstraint(
            "kind IN ('refund', 'credit', 'discount', 'free_item', 'void')",
            name=op.f("ck_till_entry_kind"),
        ),
        sa.CheckConstraint(
            "amount_minor BETWEEN 0 AND 9999999999", name=op.f("ck_till_entry_amount_minor")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_till_entry_person_id")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_till_entry_site_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_till_entry")),
        sa.UniqueConstraint(
            "feed", "external_id", "revision", name=op.f("uq_till_entry_feed_external_id_revision")
        ),
        sqlite_strict=True,
    )
    op.create_index(
        "ix_till_entry_decision", "till_entry", ["decision_number", "site_id"], unique=False
    )
    op.create_index("ix_till_entry_import", "till_entry", ["import_id"], unique=False)
    op.create_index(
        "ix_till_entry_site_day",
        "till_entry",
        ["site_id", "business_date", "feed", "import_id"],
        unique=False,
    )
    op.create_table(
        "upload",
        sa.Column(
            "uid", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False
        ),
        sa.Column(
            "person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "kind", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False
        ),
        sa.Column(
            "file_name",
            sa.Text().with_variant(sa.Text(collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("size", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("pieces", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column(
            "file_sha256",
            sa.Text().with_variant(sa.Text(collation="C"), "postgresql"),
            nullable=True,
        ),
        sa.Column(
            "options", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False
        ),
        sa.Column(
            "state", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False
        ),
        sa.Column("done", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("total", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "report", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True
        ),
        sa.Column("import_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column(
            "made_at", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False
        ),
        sa.Column(
            "moved_at", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False
        ),
        sa.CheckConstraint(
            "state IN ('checking', 'checked', 'refused', 'taking_in', 'taken_in', 'stopped')",
            name=op.f("ck_upload_state"),
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_upload_person_id")),
        sa.PrimaryKeyConstraint("uid", name=op.f("pk_upload")),
        sqlite_strict=True,
    )
    op.create_table(
        "customer_alias",
        sa.Column(
            "customer_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("into_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint("customer_id <> into_id", name=op.f("ck_customer_alias_another")),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customer.id"], name=op.f("fk_customer_alias_customer_id")
        ),
        sa.ForeignKeyConstraint(
            ["into_id"], ["customer.id"], name=op.f("fk_customer_alias_into_id")
        ),
        sa.PrimaryKeyConstraint("customer_id", name=op.f("pk_customer_alias")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_customer_alias_into_id"), "customer_alias", ["into_id"], unique=False)
    op.create_table(
        "download_end",
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
            "download_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("rows", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "sha256", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False
        ),
        sa.Column(
            "made_at", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["download_id"], ["download.id"], name=op.f("fk_download_end_download_id")
        ),
        sa.ForeignKeyConstraint(
            ["journal_seq"], ["journal.seq"], name=op.f("fk_download_end_journal_seq")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_download_end")),
        sa.UniqueConstraint("download_id", name=op.f("uq_download_end_download_id")),
        sa.UniqueConstraint("journal_seq", name=op.f("uq_download_end_journal_seq")),
        sqlite_strict=True,
    )
    op.create_table(
        "import_undo",
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
            "import_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column(
            "reason_commitment",
            sa.Text().with_variant(sa.Text(collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "made_at", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["import_id"], ["import_file.id"], name=op.f("fk_import_undo_import_id")
        ),
        sa.ForeignKeyConstraint(
            ["journal_seq"], ["journal.seq"], name=op.f("fk_import_undo_journal_seq")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_import_undo_person_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_undo")),
        sa.UniqueConstraint("import_id", name=op.f("uq_import_undo_import_id")),
        sa.UniqueConstraint("journal_seq", name=op.f("uq_import_undo_journal_seq")),
        sqlite_strict=True,
    )
    op.create_table(
        "upload_piece",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "upload_uid",
            sa.Text().with_variant(sa.Text(collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "body", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["upload_uid"], ["upload.uid"], name=op.f("fk_upload_piece_upload_uid")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_upload_piece")),
        sa.UniqueConstraint("upload_uid", "number", name=op.f("uq_upload_piece_upload_uid_number")),
        sqlite_strict=True,
    )
    for name in ("last_day", "leaves_at"):
        op.add_column(
            "person",
            sa.Column(
                name, sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=True
            ),
        )
    op.create_index(op.f("ix_journal_actor"), "journal", ["actor"], unique=False)
    op.create_index(op.f("ix_throttle_last_miss_at"), "throttle", ["last_miss_at"], unique=False)
    op.create_index("ix_decision_newest", "decision", ["business_date", "decided_at"], unique=False)
    _index_activity()
    _let_joins_be_taken_back()
    for table in BY_ROW:
        _guard(table)
    # Rows of an import that was stopped half-way are nobody's book yet, and may be cleared away.
    _guard("till_entry", is_set=True)


BY_ROW = ("import_undo", "download", "download_end", "sponsor_card")


def _index_activity():
    """Index those who left; what a row replaces is asked by nobody, and slowed each import."""
    leaving = sa.text("kind = 'cancellation'")
    op.create_index(
        "ix_activity_leaving",
        "activity",
        ["customer_id", "occurred_at"],
        unique=False,
        sqlite_where=leaving,
        postgresql_where=leaving,
    )
    op.drop_index("ix_activity_replaces", "activity")


def _let_joins_be_taken_back():
    """Let a customer be joined more than once: the last row counts."""
    if op.get_bind().dialect.name == "sqlite":
        # SQLite makes the table anew, and forgets its triggers.
        with op.batch_alter_table("customer_join", table_kwargs={"sqlite_strict": True}) as batch:
            batch.drop_constraint("uq_customer_join_customer_id", type_="unique")
            batch.add_column(_reason())
        _guard("customer_join")
    else:
        op.drop_constraint("uq_customer_join_customer_id", "customer_join", type_="unique")
        op.add_column("customer_join", _reason())
    op.create_index("ix_customer_join_customer_id", "customer_join", ["customer_id"])
    op.execute(
        "INSERT INTO customer_alias (customer_id, into_id) SELECT customer_id, into_id "
        "FROM customer_join"
    )


def _reason():
    return sa.Column(
        "reason_commitment", sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
    )


def _guard(table, *, is_set=False):
    """Refuse changes to a book. A guard rail: the checkpoint is the control."""
    if op.get_bind().dialect.name == "sqlite":
        _guard_sqlite(table, is_set=is_set)
        return
    deleting = "latitude_grows_by_import" if is_set else "latitude_only_grows"
    for name, event, each, function in (
        ("update", "UPDATE", "ROW", "latitude_only_grows"),
        ("delete", "DELETE", "ROW", deleting),
        ("truncate", "TRUNCATE", "STATEMENT", "latitude_only_grows"),
    ):
        op.execute(
            f"CREATE TRIGGER {table}_no_{name} BEFORE {event} ON {table} "
            f"FOR EACH {each} EXECUTE FUNCTION {function}()"
        )


def _guard_sqlite(table, *, is_set):
    visible = "EXISTS (SELECT 1 FROM import_file WHERE import_file.id = OLD.import_id)"
    for name, event, when in (
        ("update", "UPDATE", ""),
        ("delete", "DELETE", f"WHEN {visible} " if is_set else ""),
        # REPLACE deletes without firing a DELETE trigger, so an existing key is refused here.
        ("replace", "INSERT", f"WHEN EXISTS (SELECT 1 FROM {table} WHERE id = NEW.id) "),
    ):
        op.execute(
            f"CREATE TRIGGER {table}_no_{name} BEFORE {event} ON {table} {when}"
            f"BEGIN SELECT RAISE(ABORT, '{table} only grows'); END"
        )


def downgrade():
    """Refuse: books are never dropped. Restore a backup instead."""
    message = "a ledger does not go back; restore a backup"
    raise RuntimeError(message)
