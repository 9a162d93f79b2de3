"""What the first cell of every notebook says about the machine, and what records say of it."""

import pytest
import torch

from tutor_nmt.device import hardware, what_was_found


def test_without_a_gpu_nothing_about_the_machine_is_said_so_that_stored_outputs_agree(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(torch, "get_num_threads", lambda: pytest.fail("the number of cores differs between machines"))
    found = what_was_found()
    assert found.startswith("No GPU found.") and "minute" in found


def test_a_gpu_is_named_and_it_is_said_what_uses_it(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "get_device_name", lambda: "Tesla T4")
    found = what_was_found()
    assert found.startswith("GPU found: Tesla T4.")
    assert "`train` takes the GPU by itself, the others with --device cuda" in found


def test_lines_fit_a_phone_turned_sideways():
    assert max(map(len, what_was_found().splitlines())) <= 100


def test_records_name_the_processor_and_its_threads_and_count_the_processes():
    one, two = hardware(torch.device("cpu")), hardware(torch.device("cpu"), processes=2)
    assert one.endswith(f", {torch.get_num_threads()} thread(s)")
    assert two == one.replace(", ", ", 2 processes of ", 1)


def test_records_name_the_gpus(monkeypatch):
    monkeypatch.setattr(torch.cuda, "get_device_name", lambda device: f"the GPU {device.index}")
    assert hardware(torch.device("cuda:1")) == "the GPU 1"
    assert hardware(torch.device("cuda:1"), processes=2) == "2 × the GPU 1"
