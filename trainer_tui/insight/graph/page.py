"""The story graph as one HTML page: it can be searched, loads nothing, and runs no script but its own."""

from __future__ import annotations

import base64
import hashlib
import html
import json

from trainer_tui.insight.graph.exchange import shown
from trainer_tui.insight.graph.folding import StoryGraph
from trainer_tui.insight.graph.picture import as_svg

_PAGE = """\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src '{style_sum}'; script-src '{sum}'">
<meta name="viewport" content="width=device-width">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
<header>
<strong>{title}</strong>
<label>Search <input id="search" type="search" placeholder="intent, action, slot, story or file"></label>
<output id="found"></output>
<button id="less" type="button">−</button><button id="more" type="button">+</button>
<span>×n stories · ■ a story ends · bold: taught by the session · dashed: no test goes there</span>
</header>
<main>
<div id="graph">{picture}</div>
<aside><h2 id="chosen">Stories</h2><ol id="stories"></ol></aside>
</main>
<script type="application/json" id="data">{data}</script>
<script>{script}</script>
</body>
</html>
"""


def as_html(graph: StoryGraph, title: str, style: str, script: str) -> str:
    """`style` and `script` are the page's own; a search may stand in its address: `graph.html#greet`."""
    data = {
        "nodes": [list(map(shown, node.lines)) for node in graph.nodes],
        "stories": [
            {"name": shown(story.name), "place": shown(str(story.place or "")), "way": way}
            for story, way in zip(graph.stories, graph.ways, strict=True)
        ],
    }
    return _PAGE.format(
        title=html.escape(shown(title)),
        style=style,
        style_sum=_sum(style),
        script=script,
        sum=_sum(script),
        picture=as_svg(graph),
        # Nothing in it may end the element that holds it, or begin another.
        data=json.dumps(data, ensure_ascii=False).replace("<", "\\u003c"),
    )


def _sum(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"
