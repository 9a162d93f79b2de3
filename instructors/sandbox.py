"""Start a program that nobody has read, with limits: `python -m instructors.sandbox FOLDER -- PROGRAM …`.

It may read Python, its libraries, this course's package and the system's own files, write in FOLDER alone, and reach no
network; processor time, memory, and the size and number of its files are limited. What keeps it from the rest is Linux:
Landlock for files, a network of its own for the network. Where a system lacks one of them, `missing` says which.
"""

import ctypes
import importlib.util
import os
import resource
import struct
import sys
import sysconfig
from pathlib import Path

SECONDS = 300  # of processor time, all threads together
MEMORY = 4 * 2**30  # bytes of data; what libraries map without using it does not count
FILE_SIZE = 64 * 2**20  # bytes of one file
FILES = 256  # open at a time
PROCESSES = 256  # of this user, threads among them; root is exempt

CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446  # Landlock's system calls, the same on x86-64 and on ARM
NO_NEW_PRIVILEGES, NEW_USER, NEW_NETWORK = 38, 0x10000000, 0x40000000
EXECUTE, WRITE, READ, READ_FOLDER, TRUNCATE, DEVICE_CALLS = (1 << bit for bit in (0, 1, 2, 3, 14, 15))
FILE_ACCESS = EXECUTE | WRITE | READ | TRUNCATE | DEVICE_CALLS
LOOKING = EXECUTE | READ | READ_FOLDER


def landlock_version() -> int:
    """Landlock's version in the running kernel; 0 where there is none."""
    if sys.platform != "linux":
        return 0
    return max(0, _libc().syscall(CREATE_RULESET, None, 0, 1))


def missing() -> list[str]:
    """What this system cannot keep a program from, in words; empty where it can keep it from all."""
    found = []
    if landlock_version() < 3:
        found.append("files: a submission can read and write whatever you can (it takes Linux 6.2 with Landlock)")
    if not _apart(os.fork):
        found.append("network: a submission can reach it (it takes Linux with network namespaces)")
    return found


def confine(folder: Path, seconds: int = SECONDS, memory: int = MEMORY) -> None:
    """Put this process, and all that it starts, under the limits, as far as the system has them; there is no way back.

    Call it with one thread, before anything is imported that starts more.
    """
    limits = {
        resource.RLIMIT_CPU: seconds,
        resource.RLIMIT_DATA: memory,
        resource.RLIMIT_FSIZE: FILE_SIZE,
        resource.RLIMIT_NOFILE: FILES,
        resource.RLIMIT_NPROC: PROCESSES,
        resource.RLIMIT_CORE: 0,
    }
    cut_network()
    if landlock_version() >= 3:
        keep_to(folder)
    for limit, value in limits.items():
        hardest = resource.getrlimit(limit)[1]
        value = value if hardest == resource.RLIM_INFINITY else min(value, hardest)
        resource.setrlimit(limit, (value, value))


def cut_network() -> bool:
    """Move this process into a network that holds nothing; False where the system does not allow it."""
    if sys.platform != "linux":
        return False
    user, group = os.getuid(), os.getgid()
    if _libc().unshare(NEW_NETWORK) == 0:
        return True
    if _libc().unshare(NEW_USER | NEW_NETWORK) != 0:
        return False
    for name, text in (
        ("setgroups", "deny"),
        ("uid_map", f"{user} {user} 1"),
        ("gid_map", f"{group} {group} 1"),
    ):
        Path(f"/proc/self/{name}").write_text(text, encoding="ascii")
    return True


def keep_to(folder: Path) -> None:
    """Allow writing in `folder` alone, and reading there and where Python and its libraries are; OSError if refused."""
    handled = sum(1 << bit for bit in range(16 if landlock_version() >= 5 else 15))
    rules = _call(CREATE_RULESET, struct.pack("=Q", handled), 8, 0)
    try:
        _allow(rules, folder, handled)
        for path in _readable():
            _allow(rules, path, LOOKING)
        for device in ("null", "zero", "urandom"):
            _allow(rules, Path("/dev") / device, handled & (READ | WRITE | TRUNCATE | DEVICE_CALLS))
        if _libc().prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0) != 0:
            raise OSError(ctypes.get_errno(), "privileges cannot be given up")
        _call(RESTRICT_SELF, rules, 0)
    finally:
        os.close(rules)


def _readable() -> list[Path]:
    """Where Python, its libraries, this package and the course's lie, and what the system itself must read."""
    course = importlib.util.find_spec("tutor_nmt")
    found = {Path(sys.prefix), Path(sys.base_prefix), Path(__file__).parent / "__init__.py", Path(__file__)}
    found |= {Path(path) for path in sysconfig.get_paths().values()}
    found |= {Path(path).parent for path in course.submodule_search_locations} if course else set()
    found |= {Path("/") / name for name in ("usr", "lib", "lib64", "bin", "etc", "proc", "sys")}
    return sorted({path.resolve() for path in found if path.exists()})


def _allow(rules: int, path: Path, access: int) -> None:
    if path.is_file() or not path.is_dir():
        access &= FILE_ACCESS
    place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    try:
        _call(ADD_RULE, rules, 1, struct.pack("=Qi", access, place), 0)
    finally:
        os.close(place)


def _apart(fork) -> bool:
    """Whether a child of this process can be moved into a network of its own."""
    if sys.platform != "linux":
        return False
    child = fork()
    if child == 0:
        done = False
        try:
            done = cut_network()
        finally:
            os._exit(0 if done else 1)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _call(number: int, *arguments: int | bytes) -> int:
    result = _libc().syscall(number, *arguments)
    if result < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return result


def main() -> None:
    """Confine this process, then become the program."""
    if len(sys.argv) < 4 or sys.argv[2] != "--":
        raise SystemExit("usage: python -m instructors.sandbox FOLDER -- PROGRAM [ARGUMENT …]")
    folder, program = Path(sys.argv[1]).resolve(), sys.argv[3:]
    seconds, memory = (int(os.environ.get(f"TUTOR_NMT_{name}", 0)) for name in ("SECONDS", "MEMORY"))
    confine(folder, seconds or SECONDS, memory or MEMORY)
    os.execv(program[0], program)


if __name__ == "__main__":
    main()
