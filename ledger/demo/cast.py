"""Maple & Main: the sites and the people of the demo company."""

from dataclasses import dataclass

from ledger.core.permissions import Role

COMPANY = "Maple & Main"
CURRENCY = "USD"
ZONE = "America/New_York"
DAY_START = "04:00"

# Everybody in the demo signs in with this; it is printed, and served to this machine only.
PASSWORD = "maple and main demo"  # noqa: S105  # no secret: it is printed beside every sign-in

ASSOCIATE = "Associate"
SHIFT_LEAD = "Shift lead"
ALL = ("elm-street", "harbour", "station", "old-mill")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A site, and how much of the company's business is there."""

    ref: str
    name: str
    share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Worker:
    """Somebody who works here; `joined_days_ago` None means from the beginning."""

    employee_id: str
    name: str
    role: Role = Role.STAFF
    grade: str | None = None
    sites: tuple[str, ...] = ()
    ceiling_minor: int = 0
    joined_days_ago: int | None = None

    @property
    def email(self) -> str:
        """Return the address with which they sign in."""
        return f"{self.name.lower()}@maple.example"


PLACES = (
    Place(ref="elm-street", name="Elm Street", share=0.36),
    Place(ref="harbour", name="Harbour", share=0.28),
    Place(ref="station", name="Station", share=0.22),
    Place(ref="old-mill", name="Old Mill", share=0.14),
)


def _staff(number: str, name: str, site: str, grade: str = ASSOCIATE) -> Worker:
    return Worker(employee_id=number, name=name, grade=grade, sites=(site,))


WORKERS = (
    Worker(employee_id="0001", name="Ada", role=Role.ADMINISTRATOR, sites=ALL),
    Worker(employee_id="0002", name="Vera", role=Role.EXECUTIVE, sites=ALL),
    Worker(employee_id="0003", name="Hana", role=Role.HR, sites=ALL),
    Worker(employee_id="0004", name="Otto", role=Role.AUDITOR, sites=ALL),
    Worker(
        employee_id="0011",
        name="Dana",
        role=Role.SUPERVISOR,
        sites=("elm-street",),
        ceiling_minor=4_000,
    ),
    Worker(employee_id="0012", name="Sam", role=Role.SUPERVISOR, sites=ALL, ceiling_minor=6_000),
    _staff("0101", "Ana", "elm-street"),
    _staff("0102", "Ben", "elm-street"),
    _staff("0103", "Dee", "elm-street", SHIFT_LEAD),
    _staff("0104", "Eli", "elm-street"),
    Worker(
        employee_id="0105",
        name="Fatima",
        grade=ASSOCIATE,
        sites=("elm-street",),
        joined_days_ago=16,
    ),
    _staff("0201", "Chidi", "harbour"),
    _staff("0202", "Gus", "harbour"),
    _staff("0203", "Ines", "harbour"),
    _staff("0204", "Jo", "harbour", SHIFT_LEAD),
    _staff("0301", "Kemal", "station"),
    _staff("0302", "Lena", "station"),
    _staff("0303", "Mira", "station", SHIFT_LEAD),
    _staff("0401", "Noor", "old-mill"),
    _staff("0402", "Pia", "old-mill"),
)

# One for each role, in the order in which a newcomer would try them.
SHOWN = ("Ana", "Dana", "Hana", "Otto", "Vera", "Ada")

# fmt: off
FIRST_NAMES = (
    "Ruth", "Omar", "Lucia", "Peter", "Yara", "Hugo", "Nina", "Tomas",
    "Wanda", "Iris", "Carl", "Mei", "Aisha", "Bruno", "Clara", "Dmitri",
    "Elena", "Farid", "Greta", "Hassan", "Ingrid", "Jonas", "Keiko", "Luis",
    "Marta", "Nils", "Olga", "Pablo", "Rosa", "Stefan", "Tara", "Uma",
    "Viktor", "Wim", "Xenia", "Yusuf", "Zoe", "Amir", "Bella", "Cyrus",
    "Dora", "Emil", "Freya", "Gil", "Hedda", "Ivan", "Jana", "Kofi",
)
# fmt: on
LAST_INITIALS = "ABCDEFGHIJKLMNOPRSTVWYZ"
