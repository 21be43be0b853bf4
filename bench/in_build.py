"""What a bench has a build do, in a process of its own: it is run as a file, imports nothing of the bench's, and prints
JSON. `in_build.py read FOLDER` and `in_build.py refit FOLDER`.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from inspect import signature
from itertools import pairwise
from pathlib import Path
from typing import Any


def read(folder: Path) -> dict[str, Any]:
    """Seconds of CPU for reading and joining, and for featurising, and the peak of memory in MiB."""
    from trainer_tui.core.featurizers import StateMaker, training_examples
    from trainer_tui.runtime.project import Sources, load_project

    marks = [time.process_time()]
    project = load_project(Sources(folder), {})
    marks.append(time.process_time())
    states = StateMaker(project.domain)
    for tracker in project.trackers:
        training_examples(tracker, project.domain, 5, states)
    marks.append(time.process_time())
    return {
        "seconds": [after - before for before, after in pairwise(marks)],
        "mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10),
    }


def refit(folder: Path) -> dict[str, Any]:
    """Seconds of CPU for the fit to the stories, and for each of a few refits after one correction."""
    import scipy.sparse  # noqa: F401
    import sklearn.svm  # noqa: F401

    from trainer_tui.core.featurizers import training_examples
    from trainer_tui.policies.learned import LearnedPolicy
    from trainer_tui.policies.policy import Lesson
    from trainer_tui.runtime.project import Sources, load_project

    project = load_project(Sources(folder), {})
    policy = LearnedPolicy().remember(project.trackers, project.domain)
    before = time.process_time()
    model = policy.fitted()
    policy.adopt(model)
    fitting = time.process_time() - before
    # A build of before fits everything anew.
    begins_with = {"of_stories": model} if "of_stories" in signature(policy.fitted).parameters else {}
    seconds = []
    for story in range(0, len(project.trackers), len(project.trackers) // 5):
        window = training_examples(project.trackers[story], project.domain, 10)[-1].states
        before = time.process_time()
        policy.fitted([Lesson(window, "utter_greet", was_corrected=True)], **begins_with)  # type: ignore[arg-type]
        seconds.append(time.process_time() - before)
    return {"stories": len(project.trackers), "fit": fitting, "refits": seconds}


if __name__ == "__main__":
    print(json.dumps({"read": read, "refit": refit}[sys.argv[1]](Path(sys.argv[2]))))
