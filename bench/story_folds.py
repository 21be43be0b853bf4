"""The corpus's bots of thirty stories or more, by three folds of their stories: part of the bench `dialogue`."""

from __future__ import annotations

import os
import time
from pathlib import Path

from bench.measuring import apart, peak_mib
from trainer_tui.core.events import ACTION_LISTEN
from trainer_tui.insight.evaluation import Conversation, report_on_stories, weighted_f1
from trainer_tui.insight.folds import story_folds
from trainer_tui.insight.story_predictions import tell_stories
from trainer_tui.policies.ensemble import Ensemble
from trainer_tui.policies.registry import policies_of
from trainer_tui.runtime.project import Sources, load_project

BOTS = {
    "carbon 1.10": "carbon-1.10-composite",
    "carbon, Markdown": "pair-carbon-md",
    "financial 1.10": "financial-1.10",
    "financial 3.1": "financial-3.1",
    "helpdesk 3.0": "helpdesk-3.0",
    "helpdesk, Markdown": "pair-helpdesk-md",
    "botfront": "botfront-fixtures/botfront/private/fixtures/project01",
    "restaurantbot": "rasa-1.2.2-suite/examples/restaurantbot",
}
_FOLDS = 3


def print_folds(corpus: Path) -> None:
    head = f"{'three folds':<20}{'policies':<24}{'actions right':>22}{'F1, no listen':>15}{'whole':>12}{'ECE':>7}"
    print(f"\n{head}{'CPU s':>8}{'peak MiB':>10}", flush=True)
    for name, folder in BOTS.items():
        apart("story_folds", f"fold({name!r}, {str(corpus / 'bots' / folder)!r})")


def fold(name: str, folder: str) -> None:
    """One bot, in a process of its own: with its own policies, without a configuration, and memory alone; CPU seconds
    of all fits and predictions."""
    project = load_project(Sources(Path(folder)), os.environ)
    domain = project.domain
    configs = {
        "as configured": project.policies,
        "without a configuration": policies_of(None, domain, project.root).policies,
        "memory alone": policies_of([{"name": "MemoizationPolicy"}], domain, project.root).policies,
    }
    for label, policies in configs.items():
        before = time.process_time()
        told: list[Conversation] = []
        for known, held_out in story_folds(project.trackers, _FOLDS):
            told += tell_stories(Ensemble(policies, domain.era).train(known, domain), held_out, domain)
        seconds = time.process_time() - before
        report = report_on_stories(told)
        actions = report.actions
        steps = [(step.wanted, step.got) for one in told for step in one.steps if step.wanted != ACTION_LISTEN]
        print(
            f"{name:<20}{label:<24}{f'{actions.right:,} of {actions.total:,} = {actions.accuracy:.3f}':>22}"
            f"{weighted_f1(steps):>15.3f}{f'{report.conversations_right} of {len(told)}':>12}"
            f"{report.calibration_error:>7.3f}{seconds:>8.2f}{peak_mib():>10.0f}",
            flush=True,
        )
        name = ""
