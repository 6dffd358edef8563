"""Where a ledger's file lies: on which kind of file system, with how much room, open to whom."""

import os
import re
import shutil
import stat
import sys
from dataclasses import dataclass
from pathlib import Path

# Linux lists what is mounted where; other systems are not asked.
MOUNTS = Path("/proc/self/mountinfo")
# Locks, or what one machine sees of another's writes, cannot be relied on there.
_OVER_A_NETWORK = re.compile(
    r"(nfs\d?|cifs|smb\d?|smbfs|ncpfs|9p|afs|ceph|lustre|beegfs|glusterfs|ocfs2|gfs2|vboxsf|prl_fs"
    r"|fuse\.(sshfs|glusterfs|ceph.*|s3fs|rclone|gcsfuse|davfs2?|smbnetfs|vmhgfs.*|onedriver))"
)
_ESCAPED = re.compile(r"\\([0-7]{3})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """How much room is left on a disk, in bytes, and whether it takes writes at all."""

    free_bytes: int
    is_read_only: bool


def network_kind(path: Path, mounts: Path | None = None) -> str | None:
    """Return the kind of network file system on which this lies, such as "nfs4"; None is local."""
    kind = file_system(path, mounts)
    return kind if kind is not None and _OVER_A_NETWORK.fullmatch(kind) else None


def file_system(path: Path, mounts: Path | None = None) -> str | None:
    """Return the kind of file system on which this lies, where the system says so."""
    try:
        listed = (mounts or MOUNTS).read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return None
    found, kind = -1, None
    place = path.absolute().resolve()
    for line in listed:
        before, _, after = line.partition(" - ")
        fields = before.split(" ")
        if len(fields) <= 4 or not after:  # noqa: PLR2004  # the fifth field is where it is mounted
            continue
        point = _ESCAPED.sub(lambda code: chr(int(code[1], 8)), fields[4])
        # Of two at the same place, the later one hides the earlier one.
        if place.is_relative_to(point) and len(Path(point).parts) >= found:
            found, kind = len(Path(point).parts), after.split(" ")[0]
    return kind


def room(folder: Path) -> Room:
    """Return how much room is left where this folder lies."""
    if sys.platform == "win32":
        return Room(free_bytes=shutil.disk_usage(folder).free, is_read_only=False)
    told = os.statvfs(folder)
    return Room(
        free_bytes=told.f_bavail * told.f_frsize,
        is_read_only=bool(told.f_flag & os.ST_RDONLY),
    )


def is_open_to_all(path: Path) -> bool:
    """Whether every account of this machine may read this file: by its mode and its folders'."""
    if os.name != "posix":
        return False
    return bool(path.stat().st_mode & stat.S_IROTH) and all(
        folder.stat().st_mode & stat.S_IXOTH for folder in path.resolve().parents
    )


def is_open_to_group(path: Path) -> bool:
    """Whether the file's group may read it, as far as the nearest folder says."""
    if os.name != "posix":
        return False
    return bool(path.stat().st_mode & stat.S_IRGRP and path.parent.stat().st_mode & stat.S_IXGRP)


def is_writable(path: Path) -> bool:
    """Whether this account may write this file, and beside it, as SQLite must."""
    as_we_are = os.access in os.supports_effective_ids
    return all(os.access(place, os.W_OK, effective_ids=as_we_are) for place in (path, path.parent))
