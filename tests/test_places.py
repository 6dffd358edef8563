"""A ledger's file is on a disk of this machine, with room, and open to nobody else."""

import os
from pathlib import Path

import pytest

from ledger import places

MOUNTED = r"""22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw
30 22 0:31 / /srv rw,relatime shared:9 - nfs4 files.example:/srv rw,vers=4.2
31 22 0:32 / /srv/local rw,relatime - xfs /dev/vdb rw
32 22 0:33 / /mnt/two\040words rw,relatime - cifs //files.example/two rw
33 22 0:34 / /home/ana/there rw,nosuid - fuse.sshfs ana@example: rw
34 22 0:35 / /mnt/twice rw - tmpfs tmpfs rw
35 34 0:36 / /mnt/twice rw - 9p share rw
not a line of it at all
"""


@pytest.fixture
def mounts(tmp_path: Path) -> Path:
    """Write down what is mounted where, as Linux does."""
    path = tmp_path / "mountinfo"
    path.write_text(MOUNTED, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    "place,kind",
    [
        ("/var/lib/latitude/ledger.sqlite", None),
        ("/srv/latitude/ledger.sqlite", "nfs4"),
        ("/srv/local/ledger.sqlite", None),
        ("/srv2/ledger.sqlite", None),
        ("/mnt/two words/ledger.sqlite", "cifs"),
        ("/home/ana/there/deep/down/ledger.sqlite", "fuse.sshfs"),
        ("/mnt/twice/ledger.sqlite", "9p"),
    ],
)
def test_a_network_file_system_is_known_by_its_kind(
    mounts: Path, place: str, kind: str | None
) -> None:
    assert places.network_kind(Path(place), mounts) == kind


def test_where_the_system_does_not_say_nothing_is_claimed(tmp_path: Path) -> None:
    assert places.network_kind(tmp_path, tmp_path / "nothing") is None


def test_there_is_room_where_the_tests_run(tmp_path: Path) -> None:
    assert places.room(tmp_path).free_bytes > 0
    assert not places.room(tmp_path).is_read_only


@pytest.mark.skipif(os.name != "posix", reason="Windows has no modes of files")
@pytest.mark.parametrize(
    "folder_mode,mode,to_all,to_group",
    [
        (0o755, 0o644, True, True),
        (0o755, 0o640, False, True),
        (0o755, 0o600, False, False),
        (0o700, 0o644, False, False),
        (0o710, 0o644, False, True),
    ],
)
def test_who_may_read_a_file_is_said_by_its_mode_and_its_folders(
    open_folder: Path, folder_mode: int, mode: int, *, to_all: bool, to_group: bool
) -> None:
    folder = open_folder / "instance"
    folder.mkdir()
    file = folder / "ledger.sqlite"
    file.touch()
    file.chmod(mode)
    folder.chmod(folder_mode)

    assert places.is_open_to_all(file) is to_all
    assert places.is_open_to_group(file) is to_group
