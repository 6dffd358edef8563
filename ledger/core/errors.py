"""What a rule refuses, as classes that carry facts; pages and commands make the sentence."""


class LedgerError(Exception):
    """A rule said no: the base of every refusal that a person can do something about."""


class NotPermittedError(LedgerError):
    """The person may not do this: `action` names what was tried, where that is known."""

    def __init__(self, action: str = "") -> None:
        """Keep what was tried."""
        super().__init__(action)
        self.action = action


class NotFoundError(LedgerError):
    """There is no such thing, or not for this person: `kind` of thing and its `key`."""

    def __init__(self, kind: str = "", key: str = "") -> None:
        """Keep what was looked for."""
        super().__init__(kind, key)
        self.kind = kind
        self.key = key

    def __str__(self) -> str:
        """Return the kind only: a key may be a customer's reference, and logs hold none."""
        return self.kind


class BadValueError(LedgerError):
    """A value cannot be used: the `field`, the `value` as it came, and `why` as a slug."""

    def __init__(self, field: str, value: str, why: str) -> None:
        """Keep which field, what was written there and why it cannot be used."""
        super().__init__(field, value, why)
        self.field = field
        self.value = value
        self.why = why

    def __str__(self) -> str:
        """Return field and reason, never the value: it may be personal, and logs hold none."""
        return f"{self.field}: {self.why}"


class AmountError(LedgerError):
    """A text is not an amount of a currency: the `text`, `why` as a slug, the `currency`.

    `why` is one of empty, whitespace, sign, exponent, grouping (a comma, apostrophe,
    underscore or second point), digits (not 0 to 9), point (a point without digits on both
    sides), decimals (more than the currency has), too_large, not_a_number.
    """

    def __init__(self, text: str, why: str, currency: str) -> None:
        """Keep the text whole; whoever shows it shortens it."""
        super().__init__(text, why, currency)
        self.text = text
        self.why = why
        self.currency = currency

    def __str__(self) -> str:
        """Return the reason only: the text may hold anything, and logs hold nothing personal."""
        return self.why
