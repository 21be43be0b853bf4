"""What a page shows is a process of its own, spoken to as textual-serve does."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path

from tests.walks.walking import copy_of
from trainer_tui.runtime.serving import DRIVER


def packet(kind: bytes, body: bytes) -> bytes:
    return kind + len(body).to_bytes(4, "big") + body


def test_who_left_a_page_goes_on_in_a_terminal_by_what_is_said(sample_bots: Path, tmp_path: Path) -> None:
    bot = copy_of(sample_bots / "concertbot", tmp_path)
    command = [sys.executable, "-P", "-m", "trainer_tui", "interactive", str(bot), "--no-actions"]
    with subprocess.Popen(
        [*command, "--from", "hello, then concerts"],
        env={**os.environ, "TEXTUAL_DRIVER": DRIVER},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"__GANGLION__\n"
        _, told = process.communicate(packet(b"M", json.dumps({"type": "quit"}).encode()), timeout=60)
    way_back = told.decode().partition("Go on with: ")[2]
    program, *rest = shlex.split(way_back)
    assert (Path(program).name, rest[0]) == ("trainer-tui", "interactive")
    again = subprocess.run([program, "--plain", *rest[1:]], input=b":history\n", capture_output=True, check=False)
    assert b"you say: /hello" in again.stdout
