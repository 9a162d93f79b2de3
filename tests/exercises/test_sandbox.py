"""What a program that nobody has read may do, and what it may not."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from instructors import sandbox

ROOT = Path(__file__).resolve().parent.parent.parent
confined = pytest.mark.skipif(bool(sandbox.missing()), reason="; ".join(sandbox.missing()))


def run(folder, program, **limits):
    """What a program prints that runs confined to a folder; its errors too."""
    limits = {f"TUTOR_NMT_{name.upper()}": str(value) for name, value in limits.items()}
    done = subprocess.run(
        [sys.executable, "-m", "instructors.sandbox", folder, "--", sys.executable, "-c", program],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(ROOT), "HOME": str(folder), "TMPDIR": str(folder)} | limits,
        capture_output=True,
        text=True,
        timeout=60,
    )
    return done.stdout + done.stderr


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "box").mkdir()
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "answers.txt").write_text("42")
    return tmp_path / "box"


def test_it_writes_and_reads_in_its_own_folder(folder):
    program = "open('note', 'w').write('hello'); print(open('note').read())"
    assert run(folder, program).strip() == "hello"
    assert (folder / "note").read_text() == "hello"


def test_it_imports_the_course_and_computes(folder):
    program = "import torch, tutor_nmt.vocabulary; print(int(torch.arange(4).sum()), len('ok'))"
    assert run(folder, program).strip() == "6 2"


@confined
@pytest.mark.parametrize(
    "deed",
    [
        "open('../other/answers.txt').read()",
        "open('../other/answers.txt', 'w').write('43')",
        "open('../mine', 'w').write('x')",
        "import os; os.listdir('../other')",
        "import os; os.remove('../other/answers.txt')",
        "import os; os.symlink('../other/answers.txt', 'link'); open('link').read()",
        "import os; os.rename('../other/answers.txt', 'answers.txt')",
    ],
)
def test_it_cannot_touch_what_lies_beside_its_folder(folder, deed):
    said = run(folder, deed)
    assert "Permission" in said or "cross-device" in said
    assert (folder.parent / "other" / "answers.txt").read_text() == "42"
    assert not (folder.parent / "mine").exists()


@confined
def test_a_program_that_it_starts_is_confined_as_well(folder):
    program = "import subprocess; subprocess.run(['cat', '../other/answers.txt'])"
    said = run(folder, program)
    assert "denied" in said and "42" not in said


@confined
@pytest.mark.parametrize("kind", ["SOCK_STREAM", "SOCK_DGRAM"])
def test_it_reaches_no_network(folder, kind):
    program = (
        f"import socket; s = socket.socket(socket.AF_INET, socket.{kind}); s.connect(('192.0.2.1', 53)); print('out')"
    )
    said = run(folder, program)
    assert "unreachable" in said and "out\n" not in said


def test_memory_ends(folder):
    assert "MemoryError" in run(folder, "x = bytearray(3 * 2**30)", memory=2**30)


def test_processor_time_ends(folder):
    assert "still here" not in run(folder, "while True: pass\nprint('still here')", seconds=1)


def test_a_file_cannot_grow_for_ever(folder):
    program = "f = open('large', 'wb')\nfor _ in range(100): f.write(bytes(2**20)); f.flush()"
    assert "too large" in run(folder, program)
    assert (folder / "large").stat().st_size <= sandbox.FILE_SIZE


def test_what_is_missing_is_said_in_words(monkeypatch):
    monkeypatch.setattr(sandbox, "landlock_version", lambda: 0)
    monkeypatch.setattr(sandbox, "cut_network", lambda: False)
    files, network = sandbox.missing()
    assert files.startswith("files:") and network.startswith("network:")


def test_elsewhere_than_on_linux_nothing_is_claimed(monkeypatch):
    monkeypatch.setattr(sandbox.sys, "platform", "darwin")
    assert sandbox.landlock_version() == 0 and not sandbox.cut_network() and len(sandbox.missing()) == 2


def test_too_few_arguments_say_how_it_is_called():
    done = subprocess.run(
        [sys.executable, "-m", "instructors.sandbox"], cwd=ROOT, capture_output=True, text=True, timeout=60
    )
    assert done.returncode != 0 and "usage:" in done.stderr
