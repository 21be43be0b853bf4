"""endpoints.yml: what is taken from it, and what is said of the rest."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from trainer_tui.errors import Place
from trainer_tui.formats.yaml.endpoints import Endpoint, Endpoints, read_endpoints


def read(text: str, environ: Mapping[str, str] | None = None) -> tuple[Endpoints, list[str]]:
    endpoints, problems = read_endpoints(text, "endpoints.yml", environ or {})
    return endpoints, [f"{problem.place}: {problem.message}. {problem.hint}" for problem in problems]


def action_endpoint(text: str, environ: Mapping[str, str] | None = None) -> Endpoint:
    endpoints, problems = read(text, environ)
    assert problems == []
    assert endpoints.action_endpoint is not None
    return endpoints.action_endpoint


def test_an_address_is_all_it_takes() -> None:
    endpoint = action_endpoint('action_endpoint:\n  url: "http://localhost:5055/webhook"\n')
    assert endpoint.url == "http://localhost:5055/webhook"
    assert endpoint.place == Place("endpoints.yml", 1)
    assert not endpoint.is_domain_selective


def test_everything_that_a_request_carries() -> None:
    endpoint = action_endpoint(
        """
action_endpoint:
  url: https://actions.example/webhook
  params: {tenant: 7}
  headers:
    X-Key: abc
  basic_auth: {username: ann, password: secret}
  token: t0ken
  token_name: key
  cafile: ca.pem
  enable_selective_domain: true
"""
    )
    assert endpoint.params == {"tenant": "7", "key": "t0ken"}
    assert endpoint.headers == {"X-Key": "abc"}
    assert endpoint.basic_auth == ("ann", "secret")
    assert endpoint.cafile == "ca.pem"
    assert endpoint.is_domain_selective


def test_a_token_has_a_name_of_its_own_if_none_is_given() -> None:
    endpoint = action_endpoint("action_endpoint:\n  url: http://a/w\n  token: t0ken\n")
    assert endpoint.params == {"token": "t0ken"}


def test_secrets_are_not_shown() -> None:
    endpoint = action_endpoint(
        "action_endpoint:\n  url: http://a/w\n  token: t0ken\n  basic_auth: {username: u, password: hush}\n"
        "  headers: {Authorization: Bearer hush}\n"
    )
    assert "t0ken" not in repr(endpoint)
    assert "hush" not in repr(endpoint)


def test_variables_of_the_environment_are_filled_in() -> None:
    text = "action_endpoint:\n  url: http://${HOST}:${PORT}/webhook\n  headers: {X-Key: '${KEY}'}\n"
    endpoint = action_endpoint(text, {"HOST": "box", "PORT": "81", "KEY": "k"})
    assert endpoint.url == "http://box:81/webhook"
    assert endpoint.headers == {"X-Key": "k"}


def test_a_variable_that_is_not_set_is_named_with_its_line() -> None:
    text = "action_endpoint:\n  url: http://${HOST}/webhook\n  token: ${TOKEN}\n"
    endpoints, problems = read(text)
    assert endpoints.action_endpoint is None
    assert problems == [
        "endpoints.yml:2: 'action_endpoint:' needs the environment variable 'HOST', which is not set. "
        "Set it (export HOST=...), or write the value here.",
        "endpoints.yml:3: 'action_endpoint:' needs the environment variable 'TOKEN', which is not set. "
        "Set it (export TOKEN=...), or write the value here.",
    ]


def test_all_three_endpoints() -> None:
    endpoints, problems = read("action_endpoint: {url: http://a}\nnlg: {url: http://b}\nnlu: {url: http://c}\n")
    assert problems == []
    urls = [endpoint.url for endpoint in (endpoints.action_endpoint, endpoints.nlg, endpoints.nlu) if endpoint]
    assert urls == ["http://a", "http://b", "http://c"]


def test_responses_of_the_domain_need_no_endpoint() -> None:
    assert read("nlg:\n  type: response\n") == (Endpoints(), [])


def test_keys_that_are_not_used_are_named_once_each() -> None:
    text = "event_broker: {}\nlock_store: {}\nmodels: {url: http://m}\nodd: 1\n"
    endpoints, problems = read_endpoints(text, "endpoints.yml", {})
    assert endpoints == Endpoints()
    assert not any(problem.is_error for problem in problems)
    assert [str(problem) for problem in problems] == [
        "endpoints.yml:1: 'event_broker:' is not used: no event is sent anywhere",
        "endpoints.yml:2: 'lock_store:' is not used: a session is locked by its journal",
        "endpoints.yml:3: 'models:' is not used: models are named on the command line",
        "endpoints.yml:4: the key 'odd' of an endpoints file is unknown",
    ]


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "action_endpoint:\n"])
def test_an_empty_file_configures_nothing(text: str) -> None:
    assert read(text) == (Endpoints(), [])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("- a\n", "endpoints.yml:1: an endpoints file holds no mapping"),
        ("action_endpoint: http://a\n", "endpoints.yml:1: 'action_endpoint:' is no mapping"),
        ("action_endpoint:\n  uri: http://a\n", "'uri:' of 'action_endpoint:' is unknown"),
        ("nlu:\n  token: x\n", "'nlu:' has no url"),
        ("action_endpoint: {url: localhost:5055}\n", "is no web address: 'localhost:5055'"),
        ("action_endpoint: {url: 'http://a:port/'}\n", "is no web address"),
        ("action_endpoint: {url: 5055}\n", "is no web address: 5055"),
        ("action_endpoint: {url: 'grpc://a:5055'}\n", "gRPC"),
        ("action_endpoint: {url: http://a, headers: x}\n", "'headers:' of 'action_endpoint:' is no mapping"),
        ("action_endpoint: {url: http://a, basic_auth: ann}\n", "'basic_auth:' of 'action_endpoint:' has no username"),
        ("action_endpoint: {url: http://a, url: http://b}\n", "stands twice"),
        ("action_endpoint: [\n", "endpoints.yml:2"),
    ],
)
def test_what_is_wrong_is_said_and_left_out(text: str, said: str) -> None:
    endpoints, problems = read(text)
    assert any(said in problem for problem in problems), problems
    assert endpoints.action_endpoint is None or "twice" in said
