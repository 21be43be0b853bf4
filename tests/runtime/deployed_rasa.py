"""A Rasa server on the loopback address that answers as Rasa 3.6.21 does, with the model of a mood bot."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

INTENTS = ("greet", "goodbye", "affirm", "deny", "mood_great", "mood_unhappy", "bot_challenge")
ACTIONS = ("utter_greet", "utter_cheer_up", "utter_did_that_help", "utter_happy", "utter_goodbye", "utter_iamabot")


@dataclass
class DeployedRasa:
    """`meanings`: text → intent and confidence; `actions`: intent → what it does first, before it listens.

    `refuses_with`: a status and message that answer every request; `token`: what must stand in the query.
    """

    meanings: dict[str, tuple[str, float]] = field(default_factory=dict)
    actions: dict[str, str] = field(default_factory=dict)
    intents: tuple[str, ...] = INTENTS
    responses: tuple[str, ...] = ACTIONS
    refuses_with: tuple[int, str] | None = None
    token: str = ""
    asked: list[tuple[str, Any]] = field(default_factory=list)
    url: str = ""

    def answer(self, method: str, path: str, query: dict[str, list[str]], accept: str, body: Any) -> tuple[int, Any]:
        self.asked.append((path, body))
        if self.refuses_with:
            status, message = self.refuses_with
            return status, {"version": "3.6.21", "status": "failure", "message": message, "code": status}
        if self.token and query.get("token") != [self.token]:
            return 401, {"version": "3.6.21", "status": "failure", "message": "User is not authenticated."}
        match path:
            case "/version":
                return 200, {"version": "3.6.21", "minimum_compatible_version": "3.6.21"}
            case "/status":
                return 200, {"model_file": "m.tar.gz", "model_id": "527c", "num_active_training_jobs": 0}
            case "/domain" if "application/json" not in accept:
                return 406, {"message": "Invalid Accept header."}
            case "/domain":
                responses = {name: [{"text": name}] for name in self.responses}
                return 200, {"version": "3.1", "intents": list(self.intents), "responses": responses}
            case "/model/parse":
                intent, confidence = self.meanings.get(body["text"], ("nlu_fallback", 0.3))
                return 200, {"text": body["text"], "intent": {"name": intent, "confidence": confidence}, "entities": []}
            case "/model/predict":
                return 200, self._predicted(body)
        return 404, {"message": "no such path"}

    def _predicted(self, events: list[dict[str, Any]]) -> dict[str, Any]:
        last = [event for event in events if event["event"] in ("user", "action")][-1]
        action = "action_listen"
        if last["event"] == "user":
            action = self.actions.get(last["parse_data"]["intent"]["name"], "action_default_fallback")
        names = ("action_listen", "action_default_fallback", *self.responses)
        scores = [{"action": name, "score": float(name == action)} for name in names]
        return {"scores": scores, "policy": "policy_1_RulePolicy", "confidence": 1.0, "tracker": {}}


@contextmanager
def running(rasa: DeployedRasa) -> Iterator[DeployedRasa]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            target = urlsplit(self.path)
            length = int(self.headers.get("Content-Length", 0))
            body = json.loads(self.rfile.read(length)) if length else None
            accept = self.headers.get("Accept", "")
            status, answer = rasa.answer(self.command, target.path, parse_qs(target.query), accept, body)
            content = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_POST = do_GET

        def log_message(self, format: str, *args: object) -> None:
            """Nothing is printed."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        rasa.url = f"http://127.0.0.1:{server.server_port}"
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield rasa
        finally:
            server.shutdown()
            thread.join()
