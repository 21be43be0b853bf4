"""What installing the program without extras puts on the disk, package by package: the tree is installed by pip into an
environment of its own, and each package's files are counted, without what Python compiles of them later."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

from bench.measuring import ROOT

NAME = "installed"

_COUNT = """
import importlib.metadata, json, os
print(json.dumps({
    found.metadata["Name"]: sum(
        os.stat(path).st_size
        for path in map(found.locate_file, found.files or ())
        if os.path.exists(path) and not str(path).endswith(".pyc")
    )
    for found in importlib.metadata.distributions()
}))
"""


def run() -> None:
    with tempfile.TemporaryDirectory(prefix="trainer-tui-bench-") as folder:
        venv.create(folder, with_pip=True)
        python = Path(folder) / "bin" / "python"
        pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", "--python", str(python)]
        subprocess.run([*pip, "install", str(ROOT)], check=True)
        subprocess.run([*pip, "uninstall", "--yes", "pip", "setuptools"], check=True, capture_output=True)
        sizes: dict[str, int] = json.loads(subprocess.check_output([str(python), "-c", _COUNT], text=True))
    mebibytes = {name: size / 2**20 for name, size in sizes.items()}
    for name, size in sorted(mebibytes.items(), key=lambda item: -item[1]):
        print(f"{name:<24}{size:>8.1f} MiB")
    print(f"{f'{len(mebibytes)} packages':<24}{sum(mebibytes.values()):>8.1f} MiB")
