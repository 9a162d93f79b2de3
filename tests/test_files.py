"""Files: what is written is whole or not there, and who could not write it is told where and what to do."""

import errno
import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tutor_nmt.files import write_atomically


def test_a_file_is_written_with_the_folders_above_it(tmp_path):
    write_atomically(tmp_path / "runs" / "1" / "notes.txt", b"new")
    assert (tmp_path / "runs" / "1" / "notes.txt").read_bytes() == b"new"


@pytest.mark.parametrize("failing", ["write_bytes", "replace"])
def test_when_writing_fails_the_old_content_stays_and_nothing_lies_beside_it(tmp_path, monkeypatch, failing):
    path, write_bytes = tmp_path / "notes.txt", Path.write_bytes
    path.write_bytes(b"old")

    def fail(self: Path, content) -> None:
        if failing == "write_bytes":
            write_bytes(self, content[:1])  # the disk is full after one byte
        raise OSError("no space left")

    monkeypatch.setattr(Path, failing, fail)
    with pytest.raises(OSError, match="no space left"):
        write_atomically(path, b"new")
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_whoever_reads_while_the_file_is_written_sees_the_old_one(tmp_path, monkeypatch):
    path, replace, seen = tmp_path / "notes.txt", Path.replace, []
    path.write_bytes(b"old")
    monkeypatch.setattr(Path, "replace", lambda self, target: (seen.append(path.read_bytes()), replace(self, target)))
    write_atomically(path, b"new")
    assert seen == [b"old"] and path.read_bytes() == b"new"
    assert list(tmp_path.iterdir()) == [path]


@contextmanager
def nearly_full(size: int) -> Iterator[None]:
    """Let no file grow beyond `size` bytes: writing then fails as it does on a disk that is full."""
    resource = pytest.importorskip("resource")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_full_disk_is_named_with_the_file_and_the_remedy_and_leaves_the_old_content(tmp_path):
    path = tmp_path / "notes.txt"
    path.write_bytes(b"old")
    with (
        nearly_full(1000),
        pytest.raises(OSError, match=f"make room there.*{re.escape(str(path))}") as caught,
    ):
        write_atomically(path, b"new" * 1000)
    assert caught.value.errno == errno.EFBIG and caught.value.filename == str(path)
    assert path.read_bytes() == b"old" and list(tmp_path.iterdir()) == [path]


def test_what_a_link_points_to_is_written_and_the_link_stays(tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "notes.txt").write_bytes(b"old")
    (tmp_path / "notes.txt").symlink_to(tmp_path / "elsewhere" / "notes.txt")
    write_atomically(tmp_path / "notes.txt", b"new")
    assert (tmp_path / "notes.txt").is_symlink()
    assert (tmp_path / "elsewhere" / "notes.txt").read_bytes() == b"new"
    assert [path.name for path in (tmp_path / "elsewhere").iterdir()] == ["notes.txt"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_is_written_to_and_not_replaced(tmp_path):
    pipe, link, read = tmp_path / "pipe", tmp_path / "link", []
    os.mkfifo(pipe)
    link.symlink_to(pipe)
    for path in (pipe, link):
        reader = threading.Thread(target=lambda: read.append(pipe.read_bytes()), daemon=True)
        reader.start()
        write_atomically(path, b"new")
        reader.join(timeout=10)
    assert read == [b"new"] * 2 and pipe.is_fifo() and link.is_symlink()
    assert sorted(tmp_path.iterdir()) == [link, pipe]


@pytest.mark.skipif(not Path("/dev/stdout").exists(), reason="needs /dev/stdout")
def test_standard_output_can_stand_for_a_file():
    program = "from tutor_nmt.files import write_atomically; write_atomically('/dev/stdout', b'new')"
    before = os.lstat("/dev/stdout")
    done = subprocess.run([sys.executable, "-c", program], capture_output=True)
    assert done.stdout == b"new" and not done.stderr
    assert os.lstat("/dev/stdout").st_ino == before.st_ino  # it was written to, and not replaced


def test_a_folder_is_not_written_over(tmp_path):
    with pytest.raises(IsADirectoryError, match=re.escape(str(tmp_path))):
        write_atomically(tmp_path, b"new")
    assert tmp_path.is_dir() and not list(tmp_path.iterdir())
