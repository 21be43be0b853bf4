#!/usr/bin/env bash
# rasa-sdk 3.21.1, 3.6.2 and 1.10.2 (three eras of the action server)
#
# Expected: `return SlotSet("size", 2)` without the list around it either works or is an error of status 500.
# Instead: status 200 with no events. The event is a dict, and the server walks its keys: each key is "an
#   invalid event", logged once per key (four times for one SlotSet) without naming what was returned. A
#   string does the same, once per letter. A number or True is status 500, False and 0 are fine.
# Why it matters: the most ordinary slip of a new action looks to the bot like an action that set nothing.
#   The story goes on with an empty slot, and what was taught from there on is taught about the wrong state.
# What to do: tell a developer when an action returned no events and its server logged "invalid event" in
#   the same call; several such lines in a row mean ONE event without a list.
set -euo pipefail
dir=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill -KILL -- "-$server" 2>/dev/null || true; rm -rf "$dir"' EXIT
cd "$dir"
cat > actions.py <<'PY'
from rasa_sdk import Action
from rasa_sdk.events import SlotSet


class Returns(Action):
    def name(self):
        return "returns"

    def run(self, dispatcher, tracker, domain):
        wanted = tracker.latest_message["text"]
        return {"list": [SlotSet("size", 2)], "lone": SlotSet("size", 2), "word": "done", "number": 1, "false": False}[wanted]
PY
cat > ask.py <<'PY'
import json
import sys
import time
import urllib.error
import urllib.request

port, log = sys.argv[1:]


def call(wanted):
    tracker = {"sender_id": "s", "slots": {}, "latest_message": {"text": wanted}, "events": [], "paused": False}
    body = {"next_action": "returns", "sender_id": "s", "tracker": {**tracker, "active_loop": {}}, "domain": {}}
    request = urllib.request.Request(f"http://127.0.0.1:{port}/webhook", json.dumps(body).encode())
    request.add_header("Content-Type", "application/json")
    before = open(log).read().count("invalid event")
    try:
        with urllib.request.urlopen(request, timeout=20) as reply:
            status, events = reply.status, len(json.load(reply)["events"])
    except urllib.error.HTTPError as error:
        status, events = error.code, 0
    time.sleep(0.5)
    return status, events, open(log).read().count("invalid event") - before


expected = {"list": (200, 1, 0), "lone": (200, 0, 4), "word": (200, 0, 4), "number": (500, 0, 0), "false": (200, 0, 0)}
got = {wanted: call(wanted) for wanted in expected}
for wanted, (status, events, lines) in got.items():
    print(f"  {wanted:7} -> status {status}, {events} events, {lines} lines about an invalid event")
sys.exit(0 if got == expected else f"CHANGED, was {expected}")
PY

# version, Python, what it needs to start today
while read -r version python_version extra; do
  python=$(for p in "python$python_version" "${PYENV_ROOT:-$HOME/.pyenv}/versions/$python_version".*/bin/python; do
    "$p" -c '' 2>/dev/null && { command -v "$p"; break; }; done)
  [ -n "$python" ] || { echo "needs Python $python_version on the PATH or in pyenv"; exit 1; }
  uv venv -q --clear -p "$python" env
  # shellcheck disable=SC2086
  uv pip install -q -p env/bin/python "rasa-sdk==$version" $extra
  port=$(python3 -c 'import socket; s = socket.create_server(("127.0.0.1", 0)); print(s.getsockname()[1])')
  echo "rasa-sdk $version"
  SANIC_HOST=127.0.0.1 setsid env/bin/python -m rasa_sdk --actions actions --port "$port" > "log.$version" 2>&1 < /dev/null &
  server=$!
  for _ in $(seq 120); do
    python3 -c "import urllib.request as u; u.urlopen('http://127.0.0.1:$port/health', timeout=2)" 2>/dev/null && break
    sleep 0.5
  done
  python3 ask.py "$port" "log.$version" < /dev/null
  kill -TERM "$server"
  wait "$server" 2>/dev/null || true
  server=
done <<'VERSIONS'
3.21.1 3.11 sanic==25.12.1
3.6.2 3.8 sanic==21.12.2
1.10.2 3.8 sanic==19.12.5
VERSIONS
