"""Re-execute the book's notebooks in place: `python .ci/notebooks.py [NOTEBOOK ...]`, by default every chapter.

What is stored depends on the cells alone: no timing, no version of Python, no chunks of a stream as they
happened to arrive. So a second run changes a file only where an output really differs.
"""

import sys
from pathlib import Path

import nbformat
from jupyter_client import AsyncKernelManager
from jupyter_client.kernelspec import KernelSpecManager
from nbclient import NotebookClient
from traitlets import default

BOOK = Path(__file__).resolve().parent.parent / "book"
KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}
LANGUAGE = {
    "file_extension": ".py",
    "mimetype": "text/x-python",
    "name": "python",
    "pygments_lexer": "ipython3",
}


class ThisPython(AsyncKernelManager):
    """Starts kernels of the Python that runs this, whatever others are registered on the machine."""

    @default("kernel_spec_manager")
    def _native_kernel_only(self) -> KernelSpecManager:
        return KernelSpecManager(kernel_dirs=[])


def execute(path: Path) -> None:
    """Run a notebook from the top, in its own folder and with the Python that runs this; store its outputs.

    Raises `nbclient.exceptions.CellExecutionError` where a cell fails; the file is then left as it was.
    """
    notebook = nbformat.read(path, as_version=4)
    NotebookClient(
        notebook,
        kernel_manager_class=ThisPython,
        kernel_name="python3",
        extra_arguments=["--log-level=ERROR"],
        timeout=600,
        coalesce_streams=True,
        resources={"metadata": {"path": path.parent}},
    ).execute()
    path.write_text(nbformat.writes(tidied(notebook)) + "\n", encoding="utf-8", newline="\n")


def tidied(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """Take out of an executed notebook what differs from run to run and machine to machine."""
    notebook.metadata = {"kernelspec": KERNEL, "language_info": LANGUAGE}
    for cell in notebook.cells:
        for key in ("execution", "collapsed", "scrolled", "ExecuteTime"):
            cell.metadata.pop(key, None)
    return notebook


if __name__ == "__main__":
    notebooks = [Path(name).resolve() for name in sys.argv[1:]] or sorted(BOOK.glob("*.ipynb"))
    for path in notebooks:
        if ".ipynb_checkpoints" not in path.parts:
            print(f"executing {path.name}", flush=True)
            execute(path)
