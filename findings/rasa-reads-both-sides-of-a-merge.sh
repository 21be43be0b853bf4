#!/usr/bin/env bash
# rasa 2.8.34: Markdown stories and NLU data with an unfinished merge of git in them
#
# Expected: a file that holds <<<<<<<, ======= and >>>>>>> is refused, or at least all three marks are warned of.
# Instead: a story takes the actions of both sides, one behind the other, and ends at the closing mark; what
#   follows becomes a second story, from the start of a conversation, that is named after the other branch. Of
#   that nothing is said. NLU data take the examples of both sides and name no mark at all.
# Why it matters: after a merge that nobody finished, a bot is trained without an error and answers twice; half
#   of its longest story begins nowhere.
# What to do: look for the three marks before Markdown is read, and refuse the file with the line of the first.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=findings/rasa_reading_parts.bash
source "$here/rasa_reading_parts.bash"
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
export TMPDIR=$dir

cat > "$dir/ask.py" <<'PY'
import logging
import pathlib
import sys
import warnings

warnings.filterwarnings("ignore")
from rasa.shared.core.domain import Domain
from rasa.shared.core.training_data.story_reader import markdown_story_reader
from rasa.shared.nlu.training_data.formats.markdown import MarkdownReader

MERGE = "<<<<<<< HEAD\n{}\n=======\n{}\n>>>>>>> theirs\n"
told = []


class Told(logging.Handler):
    def emit(self, record):
        told.append(record.getMessage())


logging.getLogger("rasa").addHandler(Told())
logging.getLogger("rasa").propagate = False

stories = pathlib.Path(sys.argv[1], "stories.md")
stories.write_text("## one\n* greet\n" + MERGE.format("  - utter_ours", "  - utter_theirs") + "* bye\n  - utter_bye\n")
domain = Domain.from_yaml("intents: [greet, bye]\nactions: [utter_ours, utter_theirs, utter_bye]\n")
steps = markdown_story_reader.MarkdownStoryReader(domain).read_from_file(str(stories))
read = {
    step.block_name: [[point.name for point in step.start_checkpoints]]
    + [event.intent_name if hasattr(event, "intent_name") else event.action_name for event in step.events]
    for step in steps
}
warned = sorted(mark for mark in ("<<<<<<<", "=======", ">>>>>>>") if any(mark in line for line in told))
told.clear()
nlu = MarkdownReader().reads("## intent:greet\n- hi\n" + MERGE.format("- hello", "- good day"))
examples = [message.get("text") for message in nlu.training_examples]

seen = (read, warned, examples, told)
print("stories:", read)
print("marks that were warned of:", warned)
print("examples:", examples, "warnings:", told)
expected = (
    {"one": [["STORY_START"], "greet", "utter_ours", "utter_theirs"], "theirs": [["STORY_START"], "bye", "utter_bye"]},
    ["<<<<<<<", "======="],
    ["hi", "hello", "good day"],
    [],
)
if seen != expected:
    print("CHANGED, was", expected)
    sys.exit(1)
PY
install_rasa 2.8.34 "$dir/env"
"$dir/env/bin/python" "$dir/ask.py" "$dir"
