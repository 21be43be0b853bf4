#!/usr/bin/env bash
# textual 8.2.8 (Python 3.11): Input and TextArea
#
# Expected: what is pasted into a field with max_length is cut to fit, and a TextArea gives back the text it
#   was given.
# Instead: a paste that is one character too long is dropped whole, without a sound. An integer field takes
#   "1_000" but nothing of "1 000". A TextArea turns vertical tab, form feed, U+001C to U+001E, U+0085, U+2028
#   and U+2029 into line breaks, by assignment as by paste (it splits by Python's splitlines), so text that
#   was only shown and saved again has changed.
# Why it matters: users paste out of chats and PDFs, and those hold U+2028 and form feeds. A message that
#   stays empty after a paste looks broken; a file edited in a TextArea loses bytes nobody touched.
# What to do: no max_length on fields for messages, or cut the paste oneself and say so; compare what a
#   TextArea returns with what went in before a file is written.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
uv venv -q -p 3.11 "$dir/env"
uv pip install -q -p "$dir/env/bin/python" textual==8.2.8 rich==15.0.0
"$dir/env/bin/python" - <<'PY'
import asyncio
import sys

from textual import events
from textual.app import App
from textual.widgets import Input, TextArea


class Fields(App):
    def compose(self):
        yield Input()
        yield TextArea()


async def ask():
    app, answers = Fields(), {}
    async with app.run_test() as pilot:
        field, area = app.query_one(Input), app.query_one(TextArea)

        async def paste(widget, text):
            widget.focus()
            await pilot.pause()
            app.post_message(events.Paste(text))
            await pilot.pause()
            await pilot.pause()

        for text, limit, kind in [("abcde", 5, "text"), ("abcdef", 5, "text"), ("1_000", None, "integer"), ("1 000", None, "integer")]:
            field.max_length, field.type, field.value = limit, kind, ""
            await paste(field, text)
            answers[f"{text!r} into {kind} field of {limit or 'any length'}"] = field.value
        for sign in "\t\v\f\x1c\x85\u2028":
            area.text = f"a{sign}b"
            assigned, area.text = area.text, ""
            await paste(area, f"a{sign}b")
            answers[f"{sign!r} in a TextArea, assigned and pasted"] = (assigned, area.text)
    return answers


answers = asyncio.run(ask())
for question, answer in answers.items():
    print(f"{question:44} -> {answer!r}")
broken = ("a\nb", "a\nb")
if list(answers.values()) != ["abcde", "", "1_000", "", ("a\tb", "a\tb")] + [broken] * 5:
    sys.exit("CHANGED")
PY
