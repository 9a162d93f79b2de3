"""Re-execute the book's notebooks in place: `python .ci/notebooks.py [NOTEBOOK ...]`, by default all of them.

What is stored depends on the cells alone: no timing, no version of Python, no chunks of a stream as they
happened to arrive. So a second run changes a file only where an output really differs.
"""

import sys
from pathlib import Path

import nbformat
from jupyter_client import AsyncKernelManager
from jupyter_client.kernelspec import KernelSpecManager
from nbclient import NotebookClient

BOOK = Path(__file__).resolve().parent.parent / "book"
KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}
LANGUAGE = {
    "file_extension": ".py",
    "mimetype": "text/x-python",
    "name": "python",
    "pygments_lexer": "ipython3",
}


def execute(path: Path) -> None:
    """Run a notebook from the top, in its own folder and with the Python that runs this; store its outputs.

    Raises `nbclient.exceptions.CellExecutionError` where a cell fails; the file is then left as it was.
    """
    notebook = nbformat.read(path, as_version=4)
    # With no folder of kernels to look in, only the kernel of this very Python is left.
    manager = AsyncKernelManager(kernel_spec_manager=KernelSpecManager(kernel_dirs=[]), kernel_name="python3")
    client = NotebookClient(
        notebook,
        km=manager,
        timeout=600,
        coalesce_streams=True,
        resources={"metadata": {"path": path.parent}},
    )
    client.execute()
    path.write_text(nbformat.writes(tidied(notebook)) + "\n", encoding="utf-8", newline="\n")


def tidied(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """Take out of an executed notebook what differs from run to run and machine to machine."""
    notebook.metadata = {"kernelspec": KERNEL, "language_info": LANGUAGE}
    for cell in notebook.cells:
        for key in ("execution", "collapsed", "scrolled", "ExecuteTime"):
            cell.metadata.pop(key, None)
    return notebook


if __name__ == "__main__":
    notebooks = [Path(name).resolve() for name in sys.argv[1:]] or sorted(BOOK.rglob("*.ipynb"))
    for path in notebooks:
        if ".ipynb_checkpoints" not in path.parts:
            print(f"executing {path.name}", flush=True)
            execute(path)
