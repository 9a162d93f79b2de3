"""Make a folder in which nbgrader grades one submission, its program running in the sandbox."""

import json
import sys
from pathlib import Path

CONFIG = """\
c = get_config()
c.CourseDirectory.course_id = "exercises"
c.ClearSolutions.enforce_metadata = True
c.Execute.timeout = {cell_seconds}
c.Execute.startup_timeout = 60
c.KernelManager.transport = "ipc"
c.KernelManager.ip = {socket!r}
"""


def write_config(course: Path, cell_seconds: int) -> None:
    """nbgrader's settings: how long a cell may run, and a kernel that is reached through files and not a network."""
    socket = str(course / "box" / "k")
    (course / "nbgrader_config.py").write_text(CONFIG.format(cell_seconds=cell_seconds, socket=socket))


def write_kernel(course: Path) -> dict[str, str]:
    """A kernel called python3 that runs confined to the folder `box`; the environment that finds it."""
    box, kernel = course / "box", course / "jupyter" / "kernels" / "python3"
    for folder in (box, kernel):
        folder.mkdir(parents=True)
    program = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    spec = {
        "argv": [sys.executable, "-m", "instructors.sandbox", str(box), "--", *program],
        "display_name": "Python 3",
        "language": "python",
    }
    (kernel / "kernel.json").write_text(json.dumps(spec))
    return {
        "JUPYTER_PATH": str(course / "jupyter"),
        "JUPYTER_RUNTIME_DIR": str(box),  # where the connection file lies, which the kernel must read
        "HOME": str(box),
        "TMPDIR": str(box),
        "IPYTHONDIR": str(box / "ipython"),
        "MPLCONFIGDIR": str(box / "matplotlib"),
        "MPLBACKEND": "agg",
    }
