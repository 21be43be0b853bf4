"""The story graph for other tools: DOT, Mermaid, GraphML and node-link JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from trainer_tui.insight.graph.folding import Node, StoryGraph
from trainer_tui.words import clean

if TYPE_CHECKING:
    import networkx

# Characters that XML cannot hold at all, beside those that `clean` shows as others.
_NO_XML = re.compile("[\ufffe\uffff]")
_NOT_PLAIN = re.compile(r"[^\w ,.()-]", re.ASCII)


def label_of(node: Node) -> list[str]:
    """The lines of a node, and what is known of it beside them."""
    signs = [
        *([f"×{len(node.stories)}"] if node.lines else []),
        *(["■"] if node.ends else []),
        *(["taught"] if node.is_taught else []),
        *(["tested"] if node.is_tested else []),
        *([f"⋯ {node.unseen} more"] if node.unseen else []),
    ]
    return [*map(shown, node.lines), " ".join(signs)]


def shown(text: str) -> str:
    """The text as every format can hold it, in one row."""
    return _NO_XML.sub("\ufffd", clean(text))


def as_dot(graph: StoryGraph) -> str:
    """For Graphviz: https://graphviz.org/doc/info/lang.html."""
    lines = ["digraph stories {", "  rankdir=LR;", '  node [shape=box, fontname="monospace"];']
    for number, node in enumerate(graph.nodes):
        style = ", style=bold" if node.is_taught else ""
        lines.append(f'  n{number} [label="{_joined(node, _in_dot, chr(92) + "n")}"{style}];')
    for (source, target), edge in graph.edges.items():
        style = ", style=bold" if edge.is_taught else ""
        lines.append(f'  n{source} -> n{target} [label="{edge.stories}"{style}];')
    return "\n".join([*lines, "}", ""])


def _in_dot(text: str) -> str:
    # A label knows HTML's entities, and what stands after a backslash.
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("&", "&amp;")


def as_mermaid(graph: StoryGraph) -> str:
    """For Mermaid: https://mermaid.js.org/syntax/flowchart.html. Up to 500 edges, unless its page says more."""
    lines = ["flowchart LR"]
    for number, node in enumerate(graph.nodes):
        lines.append(f'  n{number}["{_joined(node, _in_mermaid, "<br/>")}"]{":::taught" if node.is_taught else ""}')
    for (source, target), edge in graph.edges.items():
        lines.append(f"  n{source} {'==>' if edge.is_taught else '-->'}|{edge.stories}| n{target}")
    return "\n".join([*lines, "  classDef taught stroke-width:3px", ""])


def _in_mermaid(text: str) -> str:
    """Every sign that may mean something, by its number."""
    return _NOT_PLAIN.sub(lambda found: f"#{ord(found[0])};", text)


def _joined(node: Node, escaped: Callable[[str], str], end: str) -> str:
    return end.join(escaped(line) for line in label_of(node))


def as_graphml(graph: StoryGraph) -> str:
    import networkx

    made = _networkx(graph, lambda listed: "\n".join(map(shown, listed)))
    return "\n".join(["<?xml version='1.0' encoding='utf-8'?>", *networkx.generate_graphml(made), ""])


def as_json(graph: StoryGraph) -> str:
    """Node-link JSON, as networkx and D3 read it; lines and stories are lists."""
    import networkx

    found = networkx.node_link_data(_networkx(graph, list), edges="edges")
    return json.dumps(found, indent=1) + "\n"


def _networkx(graph: StoryGraph, told: Callable[[list[str]], Any]) -> networkx.DiGraph:
    import networkx

    made = networkx.DiGraph()
    for number, node in enumerate(graph.nodes):
        stories = [graph.stories[story] for story in node.stories]
        made.add_node(
            number,
            label=told(list(node.lines)),
            stories=told([story_told(story.name, story.place) for story in stories]),
            count=len(stories),
            ends=node.ends,
            is_taught=node.is_taught,
            is_tested=node.is_tested,
            unseen=node.unseen,
        )
    for (source, target), edge in graph.edges.items():
        made.add_edge(source, target, count=edge.stories, is_taught=edge.is_taught, is_tested=edge.is_tested)
    return made


def story_told(name: str, place: object) -> str:
    return f"{name} ({place})" if place else name
