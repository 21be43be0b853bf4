#!/usr/bin/env bash
# rasa 3.6.21 and 2.8.34: the writer of story YAML (`rasa data convert core`, `rasa interactive`, the Python API)
#
# Expected: a story that Rasa reads and writes again is the same story.
# Instead: `- action: reset_slots`, `- action: restart` and `- action: rewind` are read as the events of these
#   names (no action of the domain is meant), and none of them is written, without a word: the slot that the
#   story had emptied stays set, and what came after a restart goes on from what came before it. Markdown of 1.x
#   says `- reset_slots`; `rasa data convert core` of 2.8 loses it the same way.
#   An `or:` is not written either: it becomes one story for each alternative and one for what follows, all of one
#   name, tied by a checkpoint with a name that Rasa makes up.
# Why it matters: policies are then trained on states that the stories never had.
# What to do: write `- action: reset_slots` yourself, which every Rasa from 2.0 on reads as the event, and compare
#   the events of both files after a conversion.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=findings/rasa_reading_parts.bash
source "$here/rasa_reading_parts.bash"
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

cat > "$dir/stories.yml" <<'YAML'
stories:
- story: one
  steps:
  - intent: inform
  - slot_was_set:
    - city: Oslo
  - action: reset_slots
  - action: rewind
  - action: restart
  - or:
    - intent: greet
    - intent: bye
  - action: utter_greet
YAML

cat > "$dir/ask.py" <<'PY'
import logging
import sys
import warnings

warnings.filterwarnings("ignore")
logging.disable(logging.CRITICAL)
from rasa.shared.core.training_data.story_reader.yaml_story_reader import YAMLStoryReader
from rasa.shared.core.training_data.story_writer.yaml_story_writer import YAMLStoryWriter


def told(file):
    """Each story's name and the events in it."""
    steps = YAMLStoryReader().read_from_file(file)
    return [(step.block_name, [type(event).__name__ for event in step.events]) for step in steps]


folder = sys.argv[1]
with open(f"{folder}/written.yml", "w") as file:
    file.write(YAMLStoryWriter().dumps(YAMLStoryReader().read_from_file(f"{folder}/stories.yml")))
read, again = told(f"{folder}/stories.yml"), told(f"{folder}/written.yml")
for story in read:
    print("read    ", *story)
for story in again:
    print("written ", *story)
resets = ["AllSlotsReset", "UserUtteranceReverted", "Restarted"]
before = [("one", ["UserUttered", "SlotSet", *resets, "UserUttered"])] * 2 + [("one", ["ActionExecuted"])]
after = [("one", ["UserUttered", "SlotSet", "UserUttered"])] * 2 + [("one", ["ActionExecuted"])]
if (read, again) != (before, after):
    print("CHANGED, was", before, after)
    sys.exit(1)
PY

for version in 3.6.21 2.8.34; do
  install_rasa "$version" "$dir/$version"
  echo "rasa $version"
  "$dir/$version/bin/python" "$dir/ask.py" "$dir"
done
