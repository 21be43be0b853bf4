"""What endpoints.yml needs to be let in somewhere is sent there, and is never shown, logged or kept."""

from __future__ import annotations

import io
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.formats.test_endpoints import action_endpoint
from trainer_tui.cli import main
from trainer_tui.formats.yaml.endpoints import read_endpoints

SECRETS = {
    "PASSWORD": "hush-hush",
    "PATH_KEY": "k3y-of-the-path",
    "QUERY_KEY": "k3y of the query",
    "TOKEN": "t0ken-of-all",
    "HEADER": "bearer-of-secrets",
}
WRITTEN = ("written-password", "written-key")

BOT = {
    "domain.yml": 'version: "3.1"\nintents: [greet]\nactions: [action_x]\n',
    "data/stories.yml": "stories:\n- story: one\n  steps:\n  - intent: greet\n  - action: action_x\n",
    "data/nlu.yml": "nlu:\n- intent: greet\n  examples: |\n    - hi\n    - hello\n",
    "config.yml": "policies:\n- name: MemoizationPolicy\n",
}
ENDPOINTS = """
{key}:
  url: "http://{user}@127.0.0.1:{port}/${{PATH_KEY}}/webhook?key=${{QUERY_KEY}}&other=written-key"
  token: ${{TOKEN}}
  headers: {{X-Key: "${{HEADER}}"}}
"""


@pytest.fixture
def bot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name, text in BOT.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    for name, value in SECRETS.items():
        monkeypatch.setenv(name, value)
    return tmp_path


@contextmanager
def echoing_server() -> Iterator[tuple[int, list[str]]]:
    """Refuses everything, and says in its answer all that it was asked with."""
    asked: list[str] = []

    class Echo(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["content-length"]))
            asked.append(f"{self.path} {self.headers}")
            body = json.dumps({"error": f"cannot do {self.path} {self.headers}", "message": asked[-1]}).encode()
            self.send_response(500)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Echo) as server:
        serving = threading.Thread(target=server.serve_forever)
        serving.start()
        yield server.server_port, asked
        server.shutdown()
        serving.join()


def everywhere(bot: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, typed: str) -> str:
    """What a session says, and what it leaves in its folder: journal, logs and all."""
    monkeypatch.setattr("sys.stdin", io.StringIO(typed))
    main([str(bot), "--plain", "-vv"])
    kept = [path.read_text(errors="replace") for path in (bot / ".trainer").rglob("*") if path.is_file()]
    return "\n".join([*capsys.readouterr(), *kept])


def told(text: str) -> list[str]:
    spellings = {value.replace(" ", mark) for value in (*SECRETS.values(), *WRITTEN) for mark in (" ", "+", "%20")}
    return [spelling for spelling in sorted(spellings) if spelling in text]


@pytest.mark.parametrize("user", ["ann:${PASSWORD}", "ann:written-password"])
@pytest.mark.parametrize("key", ["action_endpoint", "nlu", "nlg"])
def test_a_server_that_fails_is_told_of_without_what_it_was_asked_with(
    bot: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, key: str, user: str
) -> None:
    if key == "nlg":
        for name, text in BOT.items():
            (bot / name).write_text(text.replace("action_x", "utter_x"))
    with echoing_server() as (port, asked):
        (bot / "endpoints.yml").write_text(ENDPOINTS.format(key=key, user=user, port=port))
        said = everywhere(bot, capsys, monkeypatch, "hi\n\n\n\n:status\n:warnings\n:quit\n")
    assert all(secret in asked[0] for secret in ("k3y-of-the-path", "written-key", "t0ken-of-all", "bearer-of-secrets"))
    assert told(said) == []
    assert f"http://127.0.0.1:{port}/${{PATH_KEY}}/" in said


def test_a_server_that_is_down_is_told_of_without_secrets(
    bot: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (bot / "endpoints.yml").write_text(ENDPOINTS.format(key="action_endpoint", user="ann:${PASSWORD}", port=9))
    said = everywhere(bot, capsys, monkeypatch, "/greet\n\n\n\n:quit\n")
    assert told(said) == []
    assert "http://127.0.0.1:9/${PATH_KEY}/webhook" in said


@pytest.mark.parametrize(
    "url",
    ["${PASSWORD}", "ftp://ann:${PASSWORD}@box/", "http://ann:written-password/x@box", "ann:written-password@box"],
)
def test_an_address_that_is_none_is_named_as_it_is_written(url: str) -> None:
    problems = read_endpoints(f'nlu:\n  url: "{url}"\n', "endpoints.yml", SECRETS)[1]
    assert "is no web address" in str(problems[0])
    assert told(str(problems)) == []


def test_an_address_is_shown_as_it_is_written_without_user_and_query() -> None:
    text = 'action_endpoint:\n  url: "https://${WHO}:x@${HOST}:81/a/${KEY}?b=c#d"\n'
    endpoint = action_endpoint(text, {"WHO": "ann", "HOST": "box", "KEY": "k"})
    assert endpoint.url == "https://ann:x@box:81/a/k?b=c#d"
    assert endpoint.shown == "https://${HOST}:81/a/${KEY}"
    assert "box" not in repr(endpoint)
    assert endpoint.below("/model/parse").url == "https://ann:x@box:81/a/k/model/parse?b=c#d"
