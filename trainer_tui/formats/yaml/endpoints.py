"""endpoints.yml of every era: where custom actions, responses and the interpreter are asked for over HTTP."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import field, replace
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from trainer_tui.dataclass import dataclass
from trainer_tui.errors import Place, Problem
from trainer_tui.formats.report import Report
from trainer_tui.formats.yaml.reader import YamlMapping, read_yaml
from trainer_tui.formats.yaml.tracker_store import TrackerStore
from trainer_tui.formats.yaml.variables import (
    PERHAPS_A_USER,
    VARIABLE,
    concealed,
    expanded,
    names_in,
    without_secrets,
)
from trainer_tui.words import quoted

_ENDPOINT_KEYS = ("action_endpoint", "nlg", "nlu", "rasa")
_UNUSED = {
    "event_broker": "no event is sent anywhere",
    "lock_store": "a session is locked by its journal",
    "models": "models are named on the command line",
    "model_groups": "no language model is called",
    "vector_store": "no document is searched",
}
_KNOWN_PROPERTIES = frozenset(
    (
        *("url", "params", "headers", "basic_auth", "token", "token_name", "cafile", "type"),
        *("enable_selective_domain", "actions_module", "model_name", "kwargs"),
    )
)


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One address with what every request to it carries; secrets stay out of its repr.

    `url` is what is asked: it may hold a password, a key or the value of a variable, so what is shown, logged or kept
    is `shown`. `written` is the URL as the file has it, `variables` what stands in for `${NAME}`, by name. `params`
    holds the token too, under its name, as Rasa sends it. `is_domain_selective`: the domain goes only with the actions
    that ask for it (`send_domain: true`).
    """

    url: str = field(repr=False)
    params: Mapping[str, str] = field(default_factory=dict, repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    basic_auth: tuple[str, str] | None = field(default=None, repr=False)
    cafile: str | None = None
    is_domain_selective: bool = False
    place: Place | None = None
    written: str = field(default="", repr=False)
    variables: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def shown(self) -> str:
        """The address for people: without user and query, and with `${NAME}` where the file has that.

        >>> Endpoint("http://ann:hush@box:81/webhook?key=abcd", written="http://ann:${PASSWORD}@${HOST}/webhook").shown
        'http://${HOST}/webhook'
        """
        return without_secrets(self.written or self.url)

    def below(self, path: str) -> Endpoint:
        """The endpoint at a path of this one, which may end in it already."""

        def extended(url: str) -> str:
            base, mark, query = url.partition("?")
            base = base.rstrip("/")
            return f"{base if base.endswith(path) else base + path}{mark}{query}"

        return replace(self, url=extended(self.url), written=extended(self.written or self.url))

    def concealed(self, text: str) -> str:
        """The text, which a server or a library wrote, without the secrets that it may quote.

        >>> asked = Endpoint("http://box.example/", {"token": "t0ken"}, variables={"HOST": "box.example"})
        >>> asked.concealed("box.example: t0ken?")
        '${HOST}: …?'
        """
        return concealed(text, self._secrets(), self.variables)

    def _secrets(self) -> Iterator[str]:
        yield from self.params.values()
        yield from self.headers.values()
        if self.basic_auth:
            yield self.basic_auth[1]
        parts = urlsplit(self.url)
        yield unquote(parts.password or "")
        yield from (value for _, value in parse_qsl(parts.query))


@dataclass(frozen=True, slots=True)
class Endpoints:
    """None = not configured. `rasa` is a key of ours, which Rasa passes over: the server whose model is deployed."""

    action_endpoint: Endpoint | None = None
    nlg: Endpoint | None = None
    nlu: Endpoint | None = None
    rasa: Endpoint | None = None
    tracker_store: TrackerStore | None = None


def read_endpoints(text: str, path: str, environ: Mapping[str, str]) -> tuple[Endpoints, tuple[Problem, ...]]:
    """The endpoints of a file, and what is wrong with it; an endpoint that cannot be used is left out.

    `${NAME}` stands for the variable of `environ`, as in Rasa; one that is not set is an error of its endpoint.
    """
    file = read_yaml(text, path)
    report = Report(path, list(file.problems))
    data = file.mapping(report, "an endpoints file", "keys such as 'action_endpoint:'")
    if data is None:
        return Endpoints(), tuple(report.problems)
    for key in data:
        if key not in (*_ENDPOINT_KEYS, "tracker_store"):
            why = _UNUSED.get(str(key))
            text = f"'{key}:' is not used: {why}" if why else f"the key {key!r} of an endpoints file is unknown"
            report.warning(data.line_of(key), text)
    found = {key: _endpoint(key, data, environ, report) for key in _ENDPOINT_KEYS if key in data}
    return Endpoints(**found, tracker_store=_tracker_store(data, report)), tuple(report.problems)


def _tracker_store(data: YamlMapping, report: Report) -> TrackerStore | None:
    written, line = data.get("tracker_store"), data.line_of("tracker_store")
    if written is not None and not isinstance(written, YamlMapping):
        report.warning(line, "'tracker_store:' is no mapping", "Expected 'type:', 'dialect:', 'db:' below it.")
        return None
    return None if written is None else TrackerStore(written, Place(report.path, line))


def _endpoint(key: str, data: YamlMapping, environ: Mapping[str, str], report: Report) -> Endpoint | None:
    source, line = data[key], data.line_of(key)
    if source is None:
        return None
    if not isinstance(source, YamlMapping):
        report.error(line, f"'{key}:' is no mapping", "Expected 'url: \"http://...\"' below it.")
        return None
    problems = len(report.problems)
    values = expanded(key, source, environ, report)
    for name in source:
        if name not in _KNOWN_PROPERTIES:
            report.warning(source.line_of(name), f"'{name}:' of '{key}:' is unknown and not used")
    if not _has_url(key, values, source, report):
        return None
    params = {**_texts(key, "params", values, source, report)}
    if values.get("token") is not None:
        params[str(values.get("token_name") or "token")] = str(values["token"])
    endpoint = Endpoint(
        url=values["url"],
        params=params,
        headers=_texts(key, "headers", values, source, report),
        basic_auth=_basic_auth(key, values, source, report),
        cafile=None if values.get("cafile") is None else str(values["cafile"]),
        is_domain_selective=values.get("enable_selective_domain") is True,
        place=report.place(line),
        written=source["url"],
        variables={name: environ[name] for name in names_in(source) if name in environ},
    )
    has_failed = any(problem.is_error for problem in report.problems[problems:])
    return None if has_failed else endpoint


def _has_url(key: str, values: Mapping[str, Any], source: YamlMapping, report: Report) -> bool:
    url = values.get("url")
    if url is None:
        if values.get("actions_module"):
            report.warning(
                source.line_of("actions_module"),
                "'actions_module:' is not used: actions run on an action server",
                "trainer-tui starts it by itself where the project has an actions module.",
            )
        elif key != "nlg" or values.get("type") not in (None, "response"):
            report.error(source.line, f"'{key}:' has no url", "Expected 'url: \"http://...\"' below it.")
        return False
    line = source.line_of("url")
    try:
        parts = urlsplit(url) if isinstance(url, str) else None
        is_web = parts is not None and parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_web = False
    if is_web:
        return True
    if isinstance(url, str) and url.startswith("grpc://"):
        report.error(line, f"the url of '{key}:' is a gRPC address", "Only http:// and https:// are spoken here.")
    elif not (isinstance(url, str) and VARIABLE.search(url)):
        found = source["url"]
        told = without_secrets(found, PERHAPS_A_USER) if isinstance(found, str) else found
        report.error(
            line, f"the url of '{key}:' is no web address: {quoted(told, 80)}", "Expected http://... or https://...."
        )
    return False


def _texts(key: str, name: str, values: Mapping[str, Any], source: YamlMapping, report: Report) -> Mapping[str, str]:
    found = values.get(name)
    if found is None:
        return {}
    if not isinstance(found, dict):
        report.error(source.line_of(name), f"'{name}:' of '{key}:' is no mapping", "Expected 'name: value' lines.")
        return {}
    return {str(item): "" if value is None else str(value) for item, value in found.items()}


def _basic_auth(key: str, values: Mapping[str, Any], source: YamlMapping, report: Report) -> tuple[str, str] | None:
    found = values.get("basic_auth")
    if found is None:
        return None
    if not isinstance(found, dict) or found.get("username") is None:
        report.error(
            source.line_of("basic_auth"), f"'basic_auth:' of '{key}:' has no username", "Expected username, password."
        )
        return None
    return str(found["username"]), str(found.get("password") or "")
