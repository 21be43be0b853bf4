#!/usr/bin/env bash
# rasa-sdk 3.21.1: FormValidationAction (Python 3.11)
#
# Expected: validate_size may set a second slot, price. Its value stands, or is validated in its turn; either
#   way whatever the order in which the message filled the two.
# Instead: if size was filled first, validate_price still gets the price of the message, while the tracker it is
#   handed already says the other one; the first method's value is lost. If price was filled first, that value
#   stands and nothing validates it. And of slots filled before another event (a bot message, say) none is
#   validated at all: only the unbroken run of slot events at the very end counts.
# Why it matters: the same message in another order of words leaves a form with another value. A recorded turn
#   whose events are replayed with one more event between them skips validation in silence.
# What to do: let each validate_ method set its own slot only; when calling a validation action, put the slot
#   events last and together, in the order of the form.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
uv venv -q -p 3.11 "$dir/env"
uv pip install -q -p "$dir/env/bin/python" rasa-sdk==3.21.1 sanic==25.12.1
"$dir/env/bin/python" - <<'PY'
import asyncio
import sys

from rasa_sdk import FormValidationAction, Tracker
from rasa_sdk.executor import CollectingDispatcher

called = []


class ValidateOrder(FormValidationAction):
    def name(self):
        return "validate_order"

    def validate_size(self, value, dispatcher, tracker, domain):
        called.append(f"validate_size({value})")
        return {"size": value, "price": 9}

    def validate_price(self, value, dispatcher, tracker, domain):
        called.append(f"validate_price({value}), tracker says {tracker.get_slot('price')}")
        return {"price": value}


def validate(*events):
    called.clear()
    tracker = Tracker("s", {"size": None, "price": None}, {}, list(events), False, None, {"name": "order"}, "action_listen")
    domain = {"forms": {"order": {"required_slots": ["size", "price"]}}, "slots": {}}
    set_ = asyncio.run(ValidateOrder().run(CollectingDispatcher(), tracker, domain))
    return {event["name"]: event["value"] for event in set_}, list(called)


def slot(name, value):
    return {"event": "slot", "name": name, "value": value}


size, price = slot("size", 1), slot("price", 2)
asked = {
    "size, price": ((size, price), ({"size": 1, "price": 2}, ["validate_size(1)", "validate_price(2), tracker says 9"])),
    "price, size": ((price, size), ({"size": 1, "price": 9}, ["validate_price(2), tracker says None", "validate_size(1)"])),
    "size alone": ((size,), ({"size": 1, "price": 9}, ["validate_size(1)"])),
    "size, bot, price": ((size, {"event": "bot"}, price), ({"price": 2}, ["validate_price(2), tracker says None"])),
}
changed = 0
for name, (events, answer) in asked.items():
    got = validate(*events)
    print(f"filled {name:17} -> {got[0]}; called {'; '.join(got[1])}")
    if got != answer:
        print("CHANGED, was", answer)
        changed = 1
sys.exit(changed)
PY
