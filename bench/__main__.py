"""`python -m bench [NAME …]`: measure, and print the figures beside those to reach.

Every module here that has a `run` is a bench. Data that is not in the repository is found by TRAINER_TUI_CORPUS
and TRAINER_TUI_PEERS; what needs a folder that is not named is left out.
"""

from __future__ import annotations

import importlib
import pkgutil
import sys

import bench


def main(names: list[str]) -> int:
    known = [module.name for module in pkgutil.iter_modules(bench.__path__) if not module.name.startswith("_")]
    unknown = [name for name in names if name not in known]
    if unknown:
        print(f"no bench named {', '.join(unknown)}; there are {', '.join(known)}", file=sys.stderr)
        return 2
    for name in names or known:
        module = importlib.import_module(f"bench.{name}")
        if not hasattr(module, "run"):
            continue
        print(f"== {module.NAME}", flush=True)
        module.run()
        print()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
