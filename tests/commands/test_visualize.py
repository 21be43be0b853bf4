"""`trainer-tui visualize`: what each format holds, and the page as a real browser shows it."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import networkx
import pytest

from tests.commands.test_replay import SAMPLE_BOTS, recorded
from trainer_tui.cli import main

HOSTILE = '</script><img src=x onerror=alert(1)>"]; --> \\N & `#quot;` \x1b[31m\ufffe\u202e 日本 \\'
ENDINGS = ("html", "svg", "dot", "mmd", "graphml", "json")
SVG = "{http://www.w3.org/2000/svg}"


def make_bot(folder: Path, stories: str, tests: str = "") -> Path:
    (folder / "data").mkdir(parents=True)
    (folder / "tests").mkdir()
    names = sorted(set(re.findall(r"intent: (\w+)", stories + tests)))
    actions = sorted(set(re.findall(r"action: (\w+)", stories + tests)))
    responses = "".join(f"  {name}: [{{text: x}}]\n" for name in actions)
    (folder / "domain.yml").write_text(f'version: "3.1"\nintents: [{", ".join(names)}]\nresponses:\n{responses}')
    (folder / "data" / "stories.yml").write_text(f"stories:\n{stories}", encoding="utf-8")
    if tests:
        (folder / "tests" / "test_stories.yml").write_text(f"stories:\n{tests}", encoding="utf-8")
    return folder


def story(name: str, *turns: str) -> str:
    steps = "".join(f"  - intent: {turn}\n  - action: utter_{turn}\n" for turn in turns)
    return f"- story: {json.dumps(name)}\n  steps:\n{steps}"


def many_stories(number: int) -> str:
    """Stories of three to five turns, no two of which are the same."""
    return "".join(
        story(f"story {at}", *(f"turn{at // 10**place % 10}_{place}" for place in range(3 + at % 3)))
        for at in range(number)
    )


def written(bot: Path, file: Path, *options: str) -> str:
    assert main(["visualize", str(bot), "--out", str(file), *options]) == 0
    return file.read_text(encoding="utf-8")


# --- the page, in a browser -------------------------------------------------------------------------------------------


@pytest.fixture
def browser(tmp_path: Path) -> Callable[..., str]:
    """`browser(page, search)`: the page as it stands when its script has run."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    program = next((found for name in names if (found := shutil.which(name))), None)
    if program is None:
        pytest.skip(f"no browser of these is installed: {', '.join(names)}")

    def shown(page: Path, search: str = "", *options: str) -> str:
        address = f"{page.resolve().as_uri()}#{search}"
        flags = ["--headless", "--no-sandbox", "--disable-gpu", "--virtual-time-budget=5000"]
        profile = f"--user-data-dir={tmp_path / 'profile'}"
        done = subprocess.run(
            [program, *flags, profile, *(options or ["--dump-dom"]), address], capture_output=True, timeout=100
        )
        return done.stdout.decode("utf-8")

    return shown


class Seen(HTMLParser):
    """The elements of a page by their classes and ids, and the texts in them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: dict[str, str] = {}
        self._id = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self._id = dict(attrs).get("id") or self._id

    def handle_data(self, data: str) -> None:
        self.texts[self._id] = self.texts.get(self._id, "") + data

    def of_class(self, *names: str) -> int:
        return sum({*names} <= set((attrs.get("class") or "").split()) for _, attrs in self.elements)


@pytest.mark.parametrize("number", [20, 1000])
def test_the_page_finds_a_turn_and_shows_its_stories_in_a_real_browser(
    tmp_path: Path, browser: Callable[..., str], number: int
) -> None:
    bot = make_bot(tmp_path / "bot", many_stories(number))
    text = written(bot, tmp_path / "graph.html")
    before = Seen(browser(tmp_path / "graph.html"))
    assert before.of_class("node") == text.count('class="node') > 20
    assert before.of_class("found") == before.of_class("through") == 0
    # The second digit of a number is 1 in one of ten, from 10 on.
    expected = [at for at in range(number) if at // 10 % 10 == 1]
    seen = Seen(browser(tmp_path / "graph.html", "turn1_1"))
    assert seen.texts["found"].strip().endswith(f"stories: {len(expected)}")
    assert seen.of_class("node", "found") > 0
    assert seen.of_class("edge", "through") > 0
    assert re.findall(r"story (\d+)", seen.texts["stories"]) == [str(at) for at in expected]
    assert f"data/stories.yml:{line_of(bot, expected[0])}" in seen.texts["stories"]


def line_of(bot: Path, number: int) -> int:
    lines = (bot / "data" / "stories.yml").read_text().splitlines()
    return lines.index(f'- story: "story {number}"') + 1


def test_what_is_found_is_seen(tmp_path: Path, browser: Callable[..., str]) -> None:
    written(make_bot(tmp_path / "bot", many_stories(20)), tmp_path / "graph.html")
    pictures: list[bytes] = []
    for search in ("", "turn1_1", "turn1_1"):
        picture = tmp_path / f"{len(pictures)}.png"
        browser(tmp_path / "graph.html", search, f"--screenshot={picture}", "--window-size=1200,800")
        pictures.append(picture.read_bytes())
    assert pictures[0] != pictures[1] == pictures[2]


def test_a_name_runs_no_script_and_loads_nothing(tmp_path: Path, browser: Callable[..., str]) -> None:
    text = written(make_bot(tmp_path / "bot", story(HOSTILE, "greet")), tmp_path / "graph.html")
    seen = Seen(browser(tmp_path / "graph.html", "greet"))
    assert {tag for tag, _ in seen.elements} >= {"svg", "aside", "li"}
    assert not {tag for tag, _ in seen.elements} & {"img", "link", "iframe", "object"}
    assert HOSTILE[:30] in seen.texts["stories"]
    assert not any({"src", "href", "style"} & {*attrs} for _, attrs in Seen(text).elements)
    assert "default-src 'none'" in text


# --- every format -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ending", ENDINGS)
def test_hostile_names_break_no_format(tmp_path: Path, ending: str) -> None:
    stories = story(HOSTILE, "greet", "bye").replace("intent: bye", f"intent: {json.dumps(HOSTILE)}")
    text = written(make_bot(tmp_path / "bot", stories), tmp_path / f"graph.{ending}")
    assert "\x1b" not in text and "\u202e" not in text
    assert any(written in text for written in ("日本", "#26085;", "\\u65e5"))
    held = HOSTILE.partition(" \x1b")[0]
    match ending:
        case "html":
            assert sum(tag == "script" for tag, _ in Seen(text).elements) == 2
        case "svg":
            lines = [node.text or "" for node in ElementTree.fromstring(text).iter(f"{SVG}title")]
            assert any(held in line for line in lines)
        case "graphml":
            assert any(held in label for _, label in networkx.parse_graphml(text).nodes(data="label"))
        case "json":
            graph = networkx.node_link_graph(json.loads(text), edges="edges")
            assert any(held in line for _, label in graph.nodes(data="label") for line in label)
        case "dot":
            quoted = r'"(?:[^"\\]|\\.)*"'
            statements = [line for line in text.splitlines() if line.startswith("  n")]
            assert all(re.sub(quoted, "", line).count('"') == 0 and line.endswith("];") for line in statements)
            if shutil.which("dot"):
                drawn = subprocess.run(["dot", "-Tsvg", tmp_path / "graph.dot"], capture_output=True, check=True)
                texts = "".join(node.text or "" for node in ElementTree.fromstring(drawn.stdout).iter(f"{SVG}text"))
                assert held[:40] in texts.replace("\xa0", " ")
        case "mmd":
            nodes = re.findall(r'^  n\d+\["((?:[\w ,.()-]|#\d+;|<br/>)*)"\]$', text, re.MULTILINE)
            assert len(nodes) == 3
            told = (re.sub(r"#(\d+);", lambda found: chr(int(found[1])), node) for node in nodes)
            assert any(held in node for node in told)


def test_a_picture_stands_alone(tmp_path: Path) -> None:
    root = ElementTree.fromstring(written(SAMPLE_BOTS / "concertbot", tmp_path / "graph.svg"))
    assert {element.tag.removeprefix(SVG) for element in root.iter()} == {
        *("svg", "style", "g", "rect", "path", "text", "title")
    }
    titles = [title.text or "" for title in root.iter(f"{SVG}title")]
    assert any("which of these concerts is best (data/stories.md:39)" in title for title in titles)


def as_json(bot: Path, file: Path, *options: str) -> Any:
    return json.loads(written(bot, file, *options))


async def test_what_a_session_taught_and_where_tests_go_is_marked(tmp_path: Path) -> None:
    bot = make_bot(tmp_path / "bot", story("told", "greet", "bye"), story("tested", "greet"))
    await recorded(bot, "/greet", "/greet", name="talk")
    nodes = as_json(bot, tmp_path / "graph.json", "--session", "talk")["nodes"]
    marks = [(node["label"][0], node["is_taught"], node["is_tested"]) for node in nodes]
    assert sorted(marks) == [
        ("START", True, True),
        ("bye", False, False),
        ("greet", True, False),
        ("greet", True, True),
    ]
    assert any("talk" in told for node in nodes for told in node["stories"])
    assert not any(node["is_taught"] for node in as_json(bot, tmp_path / "graph.json")["nodes"])
    page = written(bot, tmp_path / "graph.html", "--session", "talk")
    assert Seen(page).of_class("node", "taught") == 3
    assert Seen(page).of_class("is-measured") == 1


def test_around_a_story(tmp_path: Path) -> None:
    stories = story("one", "a", "b") + story("two", "a", "x", "y", "z") + story("three", "q", "r")
    bot = make_bot(tmp_path / "bot", stories)
    nodes = as_json(bot, tmp_path / "graph.json", "--around", "one")["nodes"]
    assert {node["label"][0]: node["unseen"] for node in nodes} == {"START": 0, "a": 0, "b": 0, "x": 1, "q": 1}


# --- bad input --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--around", "stroy 7"], "no story 'stroy 7'. The nearest: 'story 7'"),
        (["--around", "zzzz"], "There are 'story 0', 'story 1', 'story 2', 'story 3', 'story 4' and "),
        (["--session", "tlak"], "no session 'tlak'"),
        (["--out", "graph.pdf"], "'.pdf' is none. End it with .html, .svg, .dot, .mmd, .graphml, .json"),
        (["--out", "graph"], "the ending of the file tells its format. This name has none."),
        (["--out", "bot/domain.yml/graph.svg"], "could not be written"),
    ],
)
async def test_bad_input_is_one_line(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    options: list[str],
    said: str,
) -> None:
    bot = make_bot(tmp_path / "bot", many_stories(12))
    await recorded(bot, "/turn0_0", name="talk")
    monkeypatch.chdir(tmp_path)
    assert main(["visualize", "bot", *options]) == 1
    (line,) = [line for line in capsys.readouterr().err.splitlines() if line.startswith("trainer-tui:")]
    assert said in line
    if "--session" in options:
        assert "The nearest: 'talk'" in line
    assert not list(tmp_path.glob("graph*"))


def test_a_bot_without_stories(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bot = make_bot(tmp_path / "bot", story("one", "a"))
    (bot / "data" / "stories.yml").unlink()
    assert main(["visualize", str(bot), "--out", str(tmp_path / "graph.svg")]) == 1
    assert "there are no stories to draw" in capsys.readouterr().err
