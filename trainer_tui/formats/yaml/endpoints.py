"""endpoints.yml of every era: where custom actions, responses and the interpreter are asked for over HTTP."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import parse_qsl, quote, quote_plus, unquote, urlsplit

from trainer_tui.errors import Place, Problem
from trainer_tui.formats.report import Report
from trainer_tui.formats.yaml.reader import YamlMapping, read_yaml

_ENDPOINT_KEYS = ("action_endpoint", "nlg", "nlu")
_UNUSED = {
    "tracker_store": "sessions are kept in the project's journal",
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
_VARIABLE = re.compile(r"\$\{([^}]*)\}")
_SHORT_SECRET = 3
"""So many characters are found in texts that do not quote them; what is that short is no secret."""


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
        return _without_secrets(self.written or self.url)

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
        secrets = dict.fromkeys(self._secrets(), "…")
        secrets |= {value: f"${{{name}}}" for name, value in self.variables.items()}
        for secret in sorted(secrets, key=len, reverse=True):
            if len(secret) > _SHORT_SECRET:
                for spelling in (secret, quote(secret, safe=""), quote_plus(secret)):
                    text = text.replace(spelling, secrets[secret])
        return text

    def _secrets(self) -> Iterator[str]:
        yield from self.params.values()
        yield from self.headers.values()
        if self.basic_auth:
            yield self.basic_auth[1]
        parts = urlsplit(self.url)
        yield unquote(parts.password or "")
        yield from (value for _, value in parse_qsl(parts.query))


_USER = re.compile(r"(?<=//)[^/?#]*@")
# Of what is no address it is not sure where the user ends.
_PERHAPS_A_USER = re.compile(r"(?:(?<=//)|^).*@")


def _without_secrets(url: str, user: re.Pattern[str] = _USER) -> str:
    """The URL without user information, query and fragment."""
    return re.split("[?#]", user.sub("", url, count=1), maxsplit=1)[0]


@dataclass(frozen=True, slots=True)
class Endpoints:
    """None = not configured."""

    action_endpoint: Endpoint | None = None
    nlg: Endpoint | None = None
    nlu: Endpoint | None = None


def read_endpoints(text: str, path: str, environ: Mapping[str, str]) -> tuple[Endpoints, tuple[Problem, ...]]:
    """The endpoints of a file, and what is wrong with it; an endpoint that cannot be used is left out.

    `${NAME}` stands for the variable of `environ`, as in Rasa; one that is not set is an error of its endpoint.
    """
    file = read_yaml(text, path)
    report = Report(path, list(file.problems))
    if file.data is None:
        return Endpoints(), tuple(report.problems)
    if not isinstance(file.data, YamlMapping):
        report.error(1, "an endpoints file holds no mapping", "Expected keys such as 'action_endpoint:'.")
        return Endpoints(), tuple(report.problems)
    for key in file.data:
        if key not in _ENDPOINT_KEYS:
            why = _UNUSED.get(str(key))
            text = f"'{key}:' is not used: {why}" if why else f"the key {key!r} of an endpoints file is unknown"
            report.warning(file.data.line_of(key), text)
    found = {key: _endpoint(key, file.data, environ, report) for key in _ENDPOINT_KEYS if key in file.data}
    return Endpoints(**found), tuple(report.problems)


def _endpoint(key: str, data: YamlMapping, environ: Mapping[str, str], report: Report) -> Endpoint | None:
    source, line = data[key], data.line_of(key)
    if source is None:
        return None
    if not isinstance(source, YamlMapping):
        report.error(line, f"'{key}:' is no mapping", "Expected 'url: \"http://...\"' below it.")
        return None
    problems = len(report.problems)
    values = _expanded(key, source, source, environ, report)
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
        variables={name: environ[name] for name in _names(source) if name in environ},
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
    elif not (isinstance(url, str) and _VARIABLE.search(url)):
        found = source["url"]
        told = _without_secrets(found, _PERHAPS_A_USER) if isinstance(found, str) else found
        report.error(
            line, f"the url of '{key}:' is no web address: {told!r:.80}", "Expected http://... or https://...."
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


def _names(value: Any) -> Iterator[str]:
    """Those of all variables within."""
    if isinstance(value, dict):
        for item in value.values():
            yield from _names(item)
    elif isinstance(value, str):
        yield from _VARIABLE.findall(value)


def _expanded(
    key: str, source: YamlMapping, value: Any, environ: Mapping[str, str], report: Report, line: int | None = None
) -> Any:
    """`value` with every `${NAME}` replaced; one that is not set is reported where it stands."""
    if isinstance(value, YamlMapping):
        return {
            name: _expanded(key, source, item, environ, report, value.line_of(name)) for name, item in value.items()
        }
    if not isinstance(value, str):
        return value
    for name in _VARIABLE.findall(value):
        if name not in environ:
            report.error(
                line,
                f"'{key}:' needs the environment variable {name or value!r}, which is not set",
                f"Set it (export {name}=...), or write the value here." if name else "Expected ${NAME}.",
            )
    return _VARIABLE.sub(lambda match: environ.get(match[1], match[0]), value)
