"""What computes, in words: for records, and for whoever opens a chapter."""

import platform

import torch

SIZED = "The cells of this notebook are sized for the CPU: on one core, about a minute for all, or less."
CPU = f"No GPU found.\n{SIZED}"
GPU = f"GPU found: {{}}.\n{SIZED}\nThe command `train` takes the GPU by itself, the others with --device cuda."


def what_was_found() -> str:
    """Tell which device there is, and what to expect of it in a notebook of this course.

    A GPU's name stands in it, a CPU's does not: every stored output is the same on all machines without a GPU.
    """
    return GPU.format(torch.cuda.get_device_name()) if torch.cuda.is_available() else CPU


def hardware(device: torch.device, processes: int = 1) -> str:
    """What computed: the GPU's name, or the processor's and the number of threads; times the processes, if several."""
    if device.type == "cuda":
        name = torch.cuda.get_device_name(device)
        return name if processes == 1 else f"{processes} × {name}"
    found = getattr(torch.cpu, "get_capabilities", dict)()
    name = found.get("cpu_name") or platform.processor() or platform.machine()
    threads = f"{torch.get_num_threads()} thread(s)"
    return f"{name}, {threads}" if processes == 1 else f"{name}, {processes} processes of {threads}"
