"""Files on disk: written whole or not at all, and an error that names the file."""

import os
from pathlib import Path


def write_atomically(path: str | Path, content: bytes) -> None:
    """Write beside `path` first, then rename: whoever reads it sees the old file or the new one, never half of one.

    Folders above it are made. What is no file (a pipe, /dev/stdout) is written to as it is, and a link is followed.
    Raises `OSError` with the file's name, the old content being left, when the disk is full or writing is not allowed.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists() and not path.is_file():
        path.write_bytes(content)
        return
    path = Path(os.path.realpath(path))
    beside = path.with_name(f".{path.name}.partial")  # one name for good: what a killed run leaves, the next replaces
    try:
        beside.write_bytes(content)
        beside.replace(path)
    except OSError as error:
        remedy = f"{error.strerror or error}; make room there, or choose another place"
        raise OSError(error.errno or 0, remedy, str(path)) from error
    finally:
        beside.unlink(missing_ok=True)
