#!/usr/bin/env bash
# rasa 3.6.21 and 2.8.34: the order in which the files of `data/` and of a domain folder are read
#
# Expected: by name; the source says "sort files for same order across runs".
# Instead: training files are sorted by what follows the FIRST UNDERSCORE of their name, so a_9.yml comes
#   after b_1.yml, and names without an underscore all compare equal: they come first, in whatever order
#   the file system lists them. Files of a domain folder are not sorted at all; of two files that
#   declare one slot the first listed wins, not the last.
# Why it matters: order decides. One slot with two types, or one synonym with two meanings, is resolved
#   by the directory order of the disk: a bot that trains well on a laptop trains otherwise in a container.
# What to do: report things that are declared twice, and never imitate "the last file wins". Where order
#   cannot be left out, show it.
#
# The two file systems are played by one: os.walk's listing is turned round for the second run.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=findings/rasa_reading_parts.bash
source "$here/rasa_reading_parts.bash"
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

mkdir -p "$dir/bot/data" "$dir/bot/domain"
for name in a_9 b_1 c d; do
  word=rome
  [[ $name != *_* ]] || word=paris
  printf 'version: "2.0"\nnlu:\n- synonym: from_%s\n  examples: |\n    - %s\n' "$name" "$word" > "$dir/bot/data/$name.yml"
done
for type in text float; do
  printf 'version: "2.0"\nslots:\n  size:\n    type: %s\n    mappings: [{type: from_text}]\n' "$type" > "$dir/bot/domain/$type.yml"
done

cat > "$dir/ask.py" <<'PY'
import logging
import os
import sys
import warnings
from pathlib import Path

warnings.filterwarnings("ignore")
logging.disable(logging.CRITICAL)
import rasa.shared.utils.io
from rasa.shared.core.domain import Domain
from rasa.shared.nlu.training_data.loading import load_data

three = sys.argv[1] == "3.6.21"
walk = os.walk


def listing(backwards):
    def walked(*arguments, **options):
        for folder, folders, files in walk(*arguments, **options):
            yield folder, folders, sorted(files, reverse=backwards)

    return walked


if not three:  # slot mappings came with Rasa 3
    for file in Path("bot/domain").iterdir():
        file.write_text(file.read_text().replace("    mappings: [{type: from_text}]\n", ""))

seen = []
for backwards in False, True:
    os.walk = listing(backwards)
    order = [Path(f).name for f in rasa.shared.utils.io.list_files("bot/data") if Path(f).is_file()]
    data = [load_data(f) for f in rasa.shared.utils.io.list_files("bot/data") if Path(f).is_file()]
    synonyms = data[0].merge(*data[1:]).entity_synonyms
    rome, paris = synonyms["rome"], synonyms["paris"]
    slot = next(s.type_name for s in Domain.load("bot/domain").slots if s.name == "size")
    seen.append((order, rome, paris, slot))
    print(f"listed {'Z to A' if backwards else 'A to Z'}: read {order}")
    print(f"  rome means {rome}, paris means {paris}, size is a {slot} slot")
expected = [
    (["c.yml", "d.yml", "b_1.yml", "a_9.yml"], "from_d", "from_a_9", "float"),
    (["d.yml", "c.yml", "b_1.yml", "a_9.yml"], "from_c", "from_a_9", "text"),
]
if seen != expected:
    print("CHANGED, was", expected)
    sys.exit(1)
PY

cd "$dir"
for version in 3.6.21 2.8.34; do
  install_rasa "$version" "$dir/$version"
  echo "rasa $version"
  "$dir/$version/bin/python" ask.py "$version"
done
