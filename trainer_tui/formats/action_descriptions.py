"""What the code of actions says that they do: their docstrings. The source is read and never run."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Mapping

from trainer_tui.formats.action_names import name_in_source


def descriptions(source: str) -> Mapping[str, str]:
    """By the action's name the first paragraph of its class's docstring, else of its `run`; nothing where the source is
    no Python of today.

    >>> code = 'class Find(Action):\\n  "Looks for rooms."\\n  def name(self): return "action_find"'
    >>> descriptions(code)
    {'action_find': 'Looks for rooms.'}
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what the compiler thinks of the code's escapes is the author's concern
            tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return {}
    found = {}
    for one in tree.body:
        if isinstance(one, ast.ClassDef) and (told := _told(one)) and (name := name_in_source(source, one.name)):
            found[name] = told
    return found


def _told(action: ast.ClassDef) -> str:
    methods = (one for one in action.body if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef))
    told = ast.get_docstring(action) or next((ast.get_docstring(one) for one in methods if one.name == "run"), None)
    return " ".join((told or "").strip().partition("\n\n")[0].split())
