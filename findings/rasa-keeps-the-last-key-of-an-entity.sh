#!/usr/bin/env bash
# rasa 3.6.21 and 2.8.34: entities of a step in YAML stories
#
# Expected: `- city: Rome` with a second key that Rasa does not know is refused, as unknown keys of a step
#   are, or the key is left out.
# Instead: whatever stands last among the keys that are neither role nor group IS the entity. `roles: to` for
#   `role: to` makes an entity called "roles" with the value "to"; Rome is gone, and nothing is said.
#   `- city` alone gives an empty text as its value, `- city: null` an entity without any value.
# Why it matters: one letter too many, and the story is trained about another entity: no slot is filled, and
#   the conversation fails where the writer sees nothing wrong.
# What to do: warn of entity mappings with more than one free key, with file and line.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=findings/rasa_reading_parts.bash
source "$here/rasa_reading_parts.bash"
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

cat > "$dir/ask.py" <<'PY'
import logging
import sys
import warnings

warnings.filterwarnings("ignore")
logging.disable(logging.CRITICAL)
from rasa.shared.core.events import UserUttered
from rasa.shared.core.training_data.story_reader.yaml_story_reader import YAMLStoryReader


def entities(lines):
    story = 'version: "2.0"\nstories:\n- story: one\n  steps:\n  - intent: go\n    entities:\n    - ' + lines
    try:
        steps = YAMLStoryReader().read_from_string(story)
    except Exception as error:
        return type(error).__name__
    return next(e.entities for e in steps[0].events if isinstance(e, UserUttered))


asked = {
    "city: Rome": [{"entity": "city", "value": "Rome"}],
    "city: Rome\n      role: to": [{"entity": "city", "value": "Rome", "role": "to"}],
    "city: Rome\n      roles: to": [{"entity": "roles", "value": "to"}],
    "roles: to\n      city: Rome": [{"entity": "city", "value": "Rome"}],
    "city": [{"entity": "city", "value": ""}],
    "city: null": [{"entity": "city"}],
}
changed = 0
for lines, answer in asked.items():
    got = entities(lines)
    print(f"- {lines!r:32} -> {got}")
    if got != answer:
        print("CHANGED, was", answer)
        changed = 1
sys.exit(changed)
PY

for version in 3.6.21 2.8.34; do
  install_rasa "$version" "$dir/$version"
  echo "rasa $version"
  "$dir/$version/bin/python" "$dir/ask.py"
done
