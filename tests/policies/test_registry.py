"""config.yml's policies: Rasa's names, their parameters, and policies of one's own."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from trainer_tui.core.domain import Domain, Intent
from trainer_tui.core.events import Era, UserUttered
from trainer_tui.core.slots import Form
from trainer_tui.core.tracker import DialogueStateTracker
from trainer_tui.errors import Place, TrainerError
from trainer_tui.policies.fallback import FallbackPolicy
from trainer_tui.policies.learned import LearnedPolicy
from trainer_tui.policies.memoization import MemoizationPolicy
from trainer_tui.policies.registry import ConfiguredPolicies, policies_of
from trainer_tui.policies.rule import RulePolicy

HERE = Path("no such folder")


def configured(*entries: Any, era: Era = Era.RASA_3, project: Path = HERE) -> ConfiguredPolicies:
    return policies_of(entries, Domain(era=era), project, [Place("config.yml", line) for line in range(2, 9)])


def names(configuration: ConfiguredPolicies) -> list[str]:
    return [policy.name for policy in configuration.policies]


@pytest.mark.parametrize(
    "name", ["KerasPolicy", "EmbeddingPolicy", "SklearnPolicy", "TEDPolicy", "UnexpecTEDIntentPolicy"]
)
def test_every_trained_policy_of_rasa_is_the_learned_policy_and_that_is_said(name: str) -> None:
    configuration = configured({"name": name, "epochs": 100})
    assert names(configuration) == ["LearnedPolicy"]
    assert configuration.notes == (f"{name}: its work is done by the learned policy.",)


def test_there_is_one_learned_policy_however_many_are_named() -> None:
    configuration = configured({"name": "TEDPolicy", "max_history": 8}, {"name": "UnexpecTEDIntentPolicy"})
    (policy,) = configuration.policies
    assert isinstance(policy, LearnedPolicy)
    assert policy.max_history == 8
    assert len(configuration.notes) == 2


def test_without_a_configuration_each_era_has_its_default() -> None:
    nothing: tuple[list[Any] | None, ...] = (None, [])
    for entries in nothing:
        default = policies_of(entries, Domain(era=Era.RASA_3), HERE)
        nobody_knows = DialogueStateTracker.start(Domain()).with_event(UserUttered(intent="greet"))
        assert not any(policy.predict(nobody_knows, Domain()).confidences for policy in default.policies)
        assert names(default) == ["MemoizationPolicy", "RulePolicy", "LearnedPolicy"]
        assert not default.notes
    assert names(policies_of(None, Domain(era=Era.CORE), HERE)) == [
        "LearnedPolicy",
        "MemoizationPolicy",
        "FormPolicy",
        "MappingPolicy",
    ]


def test_memory_looks_back_five_states_in_2018_and_over_all_of_the_conversation_today() -> None:
    histories = []
    for era in (Era.CORE, Era.RASA_3):
        (policy,) = configured({"name": "MemoizationPolicy"}, era=era).policies
        assert isinstance(policy, MemoizationPolicy)
        histories.append(policy.max_history)
    assert histories == [5, None]


def test_parameters_reach_the_policy() -> None:
    memory, rules = configured(
        {"name": "AugmentedMemoizationPolicy", "max_history": 4, "priority": 7},
        {"name": "RulePolicy", "core_fallback_threshold": 0.4, "core_fallback_action_name": "utter_sorry"},
    ).policies
    assert isinstance(memory, MemoizationPolicy)
    assert isinstance(rules, RulePolicy)
    assert (memory.name, memory.max_history, memory.priority) == ("AugmentedMemoizationPolicy", 4, 7)
    assert (rules.core_fallback_threshold, rules.core_fallback_action_name) == (0.4, "utter_sorry")


def test_a_featurizers_max_history_is_the_policys() -> None:
    featurizer = {"name": "MaxHistoryTrackerFeaturizer", "max_history": 3, "state_featurizer": [{"name": "X"}]}
    (policy,) = configured({"name": "MemoizationPolicy", "featurizer": [featurizer]}, era=Era.CORE).policies
    assert isinstance(policy, MemoizationPolicy)
    assert policy.max_history == 3


def test_priorities_are_those_of_the_era() -> None:
    old = configured({"name": "FormPolicy"}, {"name": "FallbackPolicy"}, {"name": "MemoizationPolicy"}, era=Era.CORE)
    assert [policy.priority for policy in old.policies] == [5, 4, 3]
    new = configured({"name": "RulePolicy"}, {"name": "MemoizationPolicy"}, {"name": "TEDPolicy"})
    assert [policy.priority for policy in new.policies] == [4, 3, 1]


def test_a_fallbacks_thresholds() -> None:
    entry = {
        "name": "FallbackPolicy",
        "nlu_threshold": 0.5,
        "core_threshold": 0.2,
        "fallback_action_name": "utter_what",
    }
    (policy,) = configured(entry, era=Era.CORE).policies
    assert isinstance(policy, FallbackPolicy)
    assert (policy.nlu_threshold, policy.core_threshold, policy.fallback_action_name) == (0.5, 0.2, "utter_what")


def test_old_module_paths_of_rasa_are_its_names() -> None:
    assert names(configured({"name": "rasa_core.policies.memoization.MemoizationPolicy"})) == ["MemoizationPolicy"]
    assert names(configured({"name": "rasa.core.policies.rule_policy.RulePolicy"})) == ["RulePolicy"]


def test_a_parameter_without_meaning_is_said() -> None:
    assert configured({"name": "RulePolicy", "restrict_rules": True}).notes == (
        "RulePolicy: restrict_rules has no meaning here.",
    )


def test_an_unknown_name_is_left_out_with_a_word_on_which_there_are() -> None:
    configuration = configured({"name": "MemoisationPolicy"}, {"name": "RulePolicy"})
    (problem,) = configuration.problems
    assert not problem.is_error
    said = (
        "config.yml:2: There is no policy 'MemoisationPolicy': it is left out, the others do its work. These exist: Mem"
    )
    assert str(problem).startswith(said)
    assert "my.module.MyPolicy" in problem.hint
    assert names(configuration) == ["RulePolicy"]


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ({"name": "MemoizationPolicy", "max_history": "five"}, "MemoizationPolicy: max_history cannot be 'five'."),
        ({"name": "MemoizationPolicy", "max_history": 0}, "MemoizationPolicy: max_history cannot be 0."),
        ({"name": "MemoizationPolicy", "max_history": True}, "MemoizationPolicy: max_history cannot be True."),
        (
            {"name": "RulePolicy", "core_fallback_threshold": "low"},
            "RulePolicy: core_fallback_threshold cannot be 'low'.",
        ),
        (
            {"name": "RulePolicy", "enable_fallback_prediction": 1},
            "RulePolicy: enable_fallback_prediction cannot be 1.",
        ),
        ({"max_history": 5}, "A policy without a name: {'max_history': 5}."),
        ("MemoizationPolicy", "A policy without a name: 'MemoizationPolicy'."),
        (None, "A policy without a name: None."),
    ],
)
def test_a_wrong_entry_is_an_error_with_its_place(entry: Any, message: str) -> None:
    (problem,) = configured(entry).problems
    assert problem.message == message
    assert problem.place == Place("config.yml", 2)
    assert problem.is_error


def test_a_domain_with_forms_needs_a_policy_for_them() -> None:
    domain = Domain(era=Era.CORE, forms={"f": Form("f")}, intents={"i": Intent("i", triggers="action_i")})
    problems = policies_of([{"name": "MemoizationPolicy"}], domain, HERE).problems
    assert [problem.is_error for problem in problems] == [False, False]
    assert "no FormPolicy" in problems[0].message
    assert "no MappingPolicy" in problems[1].message


OWN = """
from trainer_tui.policies.policy import PolicyPrediction

class AlwaysBye:
    name = "AlwaysBye"

    def __init__(self, priority=9, action="utter_bye"):
        self.priority = priority
        self.action = action

    def train(self, trackers, domain):
        return self

    def learn(self, lessons):
        pass

    def predict(self, tracker, domain):
        return PolicyPrediction(self.name, {self.action: 1.0}, self.priority)

class Breaks(AlwaysBye):
    def predict(self, tracker, domain):
        return tracker.nowhere

class Nothing(AlwaysBye):
    def predict(self, tracker, domain):
        return None

class Half:
    name = "Half"
    def train(self, trackers, domain):
        return self

class NeedsRasa:
    def __init__(self):
        import rasa.core.policies
"""


@pytest.fixture
def project(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    folder = tmp_path / "own_policies"
    folder.mkdir()
    (folder / f"of_{request.node.name.split('[')[0]}.py").write_text(OWN, encoding="utf-8")
    return tmp_path


def own(request: pytest.FixtureRequest, name: str) -> str:
    return f"own_policies.of_{request.node.name.split('[')[0]}.{name}"


def test_a_policy_of_ones_own_is_loaded_from_the_project(
    project: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(sys.modules, "own_policies", raising=False)
    before = list(sys.path)
    (policy,) = configured({"name": own(request, "AlwaysBye"), "action": "utter_ciao"}, project=project).policies
    assert (policy.name, policy.priority) == ("AlwaysBye", 9)
    assert sys.path == before
    tracker = DialogueStateTracker.start(Domain())
    assert policy.train([], Domain()).predict(tracker, Domain()).action == "utter_ciao"


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("Breaks", "AttributeError: "),
        ("Nothing", "TypeError: predict returned None, not a PolicyPrediction ("),
    ],
)
def test_what_a_policy_of_ones_own_raises_is_named_with_its_line(
    project: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, name: str, message: str
) -> None:
    monkeypatch.delitem(sys.modules, "own_policies", raising=False)
    (policy,) = configured({"name": own(request, name)}, project=project).policies
    with pytest.raises(TrainerError, match="the policy AlwaysBye failed in predict") as raised:
        policy.predict(DialogueStateTracker.start(Domain()), Domain())
    assert raised.value.message.startswith(message)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("Half", "lacks priority, learn, predict"),
        ("Nowhere", "AttributeError"),
        ("NeedsRasa", "Rasa's own classes are not here"),
    ],
)
def test_a_policy_of_ones_own_that_does_not_work_is_left_out_with_the_reason(
    project: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, name: str, message: str
) -> None:
    monkeypatch.delitem(sys.modules, "own_policies", raising=False)
    configuration = configured({"name": own(request, name)}, {"name": "RulePolicy"}, project=project)
    (problem,) = configuration.problems
    assert message in f"{problem.message} {problem.hint}"
    assert "trainer_tui.policies.policy" in problem.hint or "is looked for in" in problem.hint
    assert names(configuration) == ["RulePolicy", "LearnedPolicy"]
    assert configuration.notes == (f"{own(request, name)}: its work is done by the learned policy.",)


def test_one_learned_policy_does_the_work_of_whatever_cannot_be_used() -> None:
    configuration = configured({"name": "nowhere.OurKerasPolicy"}, {"name": "TEDPolicy", "max_history": 8})
    (policy,) = configuration.policies
    assert isinstance(policy, LearnedPolicy) and policy.max_history == 8


def test_a_module_that_does_not_exist() -> None:
    (problem,) = configured({"name": "nowhere.at.all.MyPolicy"}).problems
    assert "ModuleNotFoundError: " in problem.message and "'nowhere'" in problem.message


@pytest.mark.parametrize("name", ["FlowPolicy", "rasa_plus.llm.llm_policy.LLMPolicy", "rasa.core.policies.flow.Odd"])
def test_policies_that_belong_to_another_way_of_dialogue_are_named_and_left_out(name: str, tmp_path: Path) -> None:
    entries = [{"name": name}, {"name": "RulePolicy"}]
    found = policies_of(entries, Domain(), tmp_path, [Place("config.yml", 7), None])
    assert [policy.name for policy in found.policies] == ["RulePolicy"]
    assert [(str(problem.place), problem.is_error) for problem in found.problems] == [("config.yml:7", False)]
    assert "left out" in found.problems[0].message


def test_where_nothing_else_is_left_the_defaults_of_the_era_decide(tmp_path: Path) -> None:
    found = policies_of([{"name": "FlowPolicy"}], Domain(), tmp_path)
    assert [policy.name for policy in found.policies] == ["MemoizationPolicy", "RulePolicy", "LearnedPolicy"]
