"""`trainer-tui data convert`: a project's stories, NLU data and domain in the other notation, into another folder."""

from __future__ import annotations

import argparse
from dataclasses import replace
from os.path import exists, isdir, isfile
from pathlib import Path, PurePath

from trainer_tui.commands.output import say, tell, telling
from trainer_tui.errors import Place, TrainerError
from trainer_tui.formats.conversion import Converted, Notation, convert
from trainer_tui.runtime.files import read_exactly, write_atomically
from trainer_tui.runtime.reading.file import read_file
from trainer_tui.runtime.reading.project_data import ProjectData, ProjectFile, read_project


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("source", type=Path, metavar="SRC", help="a bot's folder, or one of its files")
    parser.add_argument("--to", choices=("yaml", "markdown"), required=True, help="the notation to write")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="the folder to write into")


def run(arguments: argparse.Namespace) -> int:
    """Exit code 0; 1 where something cannot be read, or a file stands where one should be written."""
    source: Path = arguments.source
    if not exists(source):
        raise TrainerError(f"{source} does not exist", hint="Name a bot's folder, or one of its files.")
    root = source if isdir(source) else source.parent
    with telling(f"reading {root}") as tell_how_far:
        data = read_project(root, environ=None, tell=tell_how_far)
    errors = data.errors
    if isfile(source):
        # The rest of the folder is not asked about.
        errors = tuple(problem for problem in read_file(source, source.name).problems if problem.is_error)
    files = converted_files(data, None if isdir(source) else source, arguments.to)
    if not files and not errors:
        raise TrainerError(f"{source} holds nothing to convert", hint="Stories, NLU data and domains are converted.")
    out: Path = arguments.out
    standing = [file.path for file in files if exists(out / file.path)]
    if standing:
        raise TrainerError(
            f"{out} has {', '.join(standing)} already", "Nothing was written.", "Name an empty folder with --out."
        )
    for file in files:
        write_atomically(out / file.path, file.text)
        told = "copied" if file.is_copy else "written"
        say(f"{out / file.path}: {told}{f' ({file.note})' if file.note else ''}")
    if arguments.to == "markdown" and (data.domain.version or "").startswith("3"):
        say("Rasa 3 reads no Markdown: stories and NLU data of this folder are for Rasa 2 and before.")
    for problem in errors:
        place = problem.place and Place(str(root / problem.place.path), problem.place.line, problem.place.column)
        tell(str(replace(problem, place=place)))
    return 1 if errors else 0


def converted_files(data: ProjectData, only: Path | None, to: Notation) -> list[Converted]:
    """Every file to write, relative to the project's folder; each path once."""
    found: dict[str, Converted] = {}
    for file in _files(data, only):
        text = read_exactly(file.path)
        if text is None:
            continue
        path = _relative(file.path, data.root)
        read = read_file(file.path, path, is_test="test stories" in file.holds)
        for converted in convert(read, path, text, data.domain, to, lambda name: _lines(data.root / name)):
            free = _free_path(converted.path, found)
            found[free] = replace(converted, path=free)
    return list(found.values())


def _files(data: ProjectData, only: Path | None) -> list[ProjectFile]:
    unique = {file.path.resolve(): file for file in data.files}
    if only is None:
        return list(unique.values())
    return [unique.get(only.resolve(), ProjectFile(only))]


def _relative(path: Path, root: Path) -> str:
    try:
        return path.resolve().relative_to(root.resolve()).as_posix()
    except ValueError:
        return path.name


def _free_path(path: str, taken: dict[str, Converted]) -> str:
    """The path, or one beside it where another file was converted to it already."""
    parts = PurePath(path)
    free = parts
    number = 1
    while str(free) in taken:
        number += 1
        free = parts.with_name(f"{parts.stem}_{number}{parts.suffix}")
    return str(free)


def _lines(path: Path) -> tuple[str, ...] | None:
    text = read_exactly(path)
    return None if text is None else tuple(line.strip() for line in text.splitlines() if line.strip())
