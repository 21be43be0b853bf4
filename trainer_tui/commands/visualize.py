"""`trainer-tui visualize`: the graph of a bot's stories as a page, a picture or a file for other tools."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from trainer_tui.commands.output import say, tell, telling
from trainer_tui.words import counted


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("project", nargs="?", type=Path, default=Path("."), metavar="FOLDER", help="the bot's folder (default: here)")
    add("--out", type=Path, default=Path("graph.html"), metavar="FILE", help="FILE.html, svg, dot, mmd, graphml, json")
    add("--around", metavar="STORY", help="the ways of this story and what lies beside them (default: all)")
    add("--session", metavar="NAME", help="mark what this session taught")
    add("--state-dir", type=Path, metavar="DIR", help="sessions lie here (default: FOLDER/.trainer)")
    add("-d", "--domain", nargs="+", type=Path, metavar="PATH", help="domain file(s) or folder(s)")
    add("-s", "--stories", nargs="+", type=Path, metavar="PATH", help="training data")
    add("-c", "--config", type=Path, metavar="FILE", help="policies and pipeline")


def run(arguments: argparse.Namespace) -> int:
    """TrainerError where there is no such story, session or format, or the file cannot be written."""
    from trainer_tui.runtime.files import write_atomically
    from trainer_tui.runtime.project import Sources, load_project
    from trainer_tui.runtime.script_sources import journal_named
    from trainer_tui.runtime.story_graph import story_graph, writer_of

    out: Path = arguments.out
    written = writer_of(out)
    with telling(f"reading {arguments.project}") as tell_how_far:
        sources = Sources(arguments.project, arguments.domain, arguments.stories, arguments.config)
        project = load_project(sources, os.environ, tell=tell_how_far)
    folder = (arguments.state_dir or arguments.project / ".trainer") / "sessions"
    journal = journal_named(folder, arguments.session) if arguments.session else None
    with telling("drawing the stories"):
        graph = story_graph(project, journal, arguments.around)
        write_atomically(out, written(graph, f"Stories of {project.name}"))
    what = f"{counted(len(graph.stories), 'story')} in {counted(len(graph.nodes) - 1, 'node')}"
    say(f"{out}: {what}")
    if out.suffix.lower() == ".mmd" and len(graph.edges) > 500:
        tell("Mermaid draws up to 500 edges, unless its page sets maxEdges; --around STORY writes fewer.")
    return 0
