"""The package as the floors of ARCHITECTURE.md, and what a module imports: read from the source alone."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[2] / "trainer_tui"

# Floors that know no clock, chance, thread, process, network or log.
PURE_FLOORS = ("asking", "core", "export", "formats", "insight", "nlu", "policies", "review", "session")
# Those of them that read no file either: nlu reads the vectors of a package, policies a custom policy's module.
FLOORS_WITHOUT_DISK = ("core", "export", "formats", "insight", "review", "session")
FLOORS = tuple(sorted(folder.name for folder in PACKAGE.iterdir() if any(folder.rglob("*.py"))))


def files(floor: str) -> list[Path]:
    """The modules of a floor, in order."""
    return sorted((PACKAGE / floor).rglob("*.py"))


def everything_but_ui() -> list[Path]:
    return [file for file in sorted(PACKAGE.rglob("*.py")) if PACKAGE / "ui" not in file.parents]


def module_name(file: Path) -> str:
    """`trainer_tui.core.events` for its file."""
    parts = file.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def label(file: Path) -> str:
    """How a test names the file."""
    return str(file.relative_to(PACKAGE))


def imports(file: Path) -> set[str]:
    """Every dotted name that the module imports, inside functions too; what only type checkers see is left out."""
    return set(_imported(ast.parse(file.read_bytes()), inside_functions=True))


def calls(file: Path) -> set[str]:
    """Every plain name that the module calls."""
    tree = ast.walk(ast.parse(file.read_bytes()))
    return {node.func.id for node in tree if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}


def methods(file: Path) -> set[str]:
    """Every name that the module calls of an object without arguments."""
    tree = ast.walk(ast.parse(file.read_bytes()))
    called = (node.func for node in tree if isinstance(node, ast.Call) and not node.args)
    return {function.attr for function in called if isinstance(function, ast.Attribute)}


def names(file: Path) -> set[str]:
    """Every name that the module asks an object for."""
    return {node.attr for node in ast.walk(ast.parse(file.read_bytes())) if isinstance(node, ast.Attribute)}


def imports_when_loaded(file: Path) -> set[str]:
    """Those of `imports` that happen as soon as the module is imported."""
    return set(_imported(ast.parse(file.read_bytes()), inside_functions=False))


def among(names: set[str], packages: set[str]) -> set[str]:
    """The names that are one of the packages or lie inside one."""
    return {name for name in names if any(f"{name}.".startswith(f"{package}.") for package in packages)}


def _imported(node: ast.AST, inside_functions: bool) -> Iterator[str]:
    for child in ast.iter_child_nodes(node):
        match child:
            case ast.Import(names=names):
                yield from (alias.name for alias in names)
            case ast.ImportFrom(module=str(module), level=0, names=names):
                yield from (f"{module}.{alias.name}" for alias in names)
            case ast.If(test=ast.Name(id="TYPE_CHECKING")):
                for otherwise in child.orelse:
                    yield from _imported(otherwise, inside_functions)
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.Lambda() if not inside_functions:
                continue
            case _:
                yield from _imported(child, inside_functions)
