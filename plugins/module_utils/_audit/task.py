# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The judging task: options in, verdict out. It reads files and sends nothing."""

from __future__ import annotations

import glob
import hashlib
import itertools
import os.path
import re
import tempfile
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO

from .._core import files, module_exit, strict_json
from .._core.clock import Clock
from .._core.errors import SecretsError, unknown_name
from .._core.records import RecordSchema, parse_time
from .._core.redaction import Redactor, printable
from .._report import csv_report, html_report, json_report, junit_report, lines, markdown_report, sarif_report
from . import arguments, grammar, waivers
from .judge import AuditRequest, judge
from .rules import Problem, RulesError, RuleSource
from .stores import Expected, MergedInventories

LATEST = 32_503_680_000
"""The year 3000; no time of ours lies beyond."""


@dataclass(frozen=True)
class Format:
    """A kind of report. render: the report as one text, or in pieces. timeless: a line of it without the times at which
    it was made."""

    render: Callable[[Mapping[str, Any]], str | Iterator[str]]
    timeless: Callable[[str], str]

    def pieces(self, result: Mapping[str, Any]) -> Iterator[str]:
        """The report in pieces."""
        report = self.render(result)
        yield from [report] if isinstance(report, str) else report


FORMATS: Mapping[str, Format] = {
    "json": Format(json_report.pieces, json_report.timeless),
    "csv": Format(csv_report.render, csv_report.timeless),
    "junit": Format(junit_report.render, junit_report.timeless),
    "sarif": Format(sarif_report.render, sarif_report.timeless),
    "markdown": Format(markdown_report.render, markdown_report.timeless),
    "html": Format(html_report.render, html_report.timeless),
}
RULE_ID = re.compile(r"""(?<![\w.-])["']?id["']?\s*:\s*["']?([A-Za-z0-9][A-Za-z0-9._-]*)""")
"""Where a rule begins in the text of a rule file, be it YAML or JSON."""
CONTROLLER = ("packs", "collected", "hosts", "report_dir", "report_formats", "check_only")
"""Options that the action plugin uses up."""
RETURNED = ("verdict", "as_of", "summary", "rules", "stores", "findings_total")


def run(module: Any, schemas: Sequence[RecordSchema], clock: Clock) -> None:
    """Judge as the module's options say, and end the module."""
    redactor = Redactor()
    try:
        result = _judged(module.params, module.check_mode, schemas, clock)
    except RulesError as error:
        module_exit.fail(module, redactor, error, rule_errors=error.problems)
    except SecretsError as error:
        module_exit.fail(module, redactor, error)
    except Exception as error:
        module_exit.fail(module, redactor, module_exit.unexpected(error))
    module_exit.succeed(module, redactor, result)


def _check_controller(options: Mapping[str, Any]) -> None:
    """Refuse what only the action plugin can do: here it would be passed over."""
    stray = next((name for name in CONTROLLER if options.get(name)), None)
    if stray or options["inventories"] is None:
        what = f"{stray}: it works through the action plugin only" if stray else "inventories: it is missing"
        raise SecretsError("argument", what, hint="Call the module as multicloud.secrets.secrets_audit in a task.")


def _judged(options: Mapping[str, Any], check_mode: bool, schemas: Sequence[RecordSchema], clock: Clock) -> dict[str, Any]:
    _check_controller(options)
    if options["max_findings"] < 0:
        raise SecretsError("argument", "max_findings: it cannot be less than 0")
    targets = _targets(options)
    sources = list(_sources("rules", options["rules"]))
    excuses = list(_sources("waivers", options["waivers"]))
    question = _question(options, sources, excuses, schemas, clock)
    paths = _paths("inventories", options["inventories"])
    _check_apart(targets, "inventories", [*paths, *(path for union in question.baselines.values() for path in union.paths)])
    _check_apart(targets, "files of rules and waivers", [os.path.expanduser(source.name) for source in (*sources, *excuses)])
    beside = next(iter(targets), os.path.join(tempfile.gettempdir(), "findings"))
    union = MergedInventories(paths, [schema.provider for schema in schemas])
    result = _placed(judge(question, union, schemas, lambda: files.Scratch(beside, clock.nonce())), sources)
    changed = [_write(path, FORMATS[name], result, check_mode, clock) for path, name in targets.items()]
    return {
        **{key: result[key] for key in RETURNED},
        "lines": lines.render(result),
        "findings": list(itertools.islice(result["findings"], options["max_findings"])),
        "reports": {name: path for name, path in (options["reports"] or {}).items() if path},
        "changed": any(changed),
    }


def _question(
    options: Mapping[str, Any], sources: Sequence[RuleSource], excuses: Sequence[RuleSource], schemas: Sequence[RecordSchema], clock: Clock
) -> AuditRequest:
    """What is to be judged, and by what. Rules and waivers are checked to the last before any inventory is opened."""
    providers = [schema.provider for schema in schemas]
    as_of = _as_of(options["as_of"], clock)
    problems: list[Problem] = []
    baselines = _baselines(options["baselines"] or {})
    book = grammar.noted(sources, schemas, baselines, options["params"] or {}, problems)
    excused = waivers.read(excuses, [rule.id for rule in book.rules], providers, as_of, problems)
    if problems:
        raise RulesError(problems)
    return AuditRequest(
        rulebook=book,
        expected=[_expected(entry, providers) for entry in options["stores"] or []],
        as_of=as_of,
        max_age=_checked("max_age", arguments.duration, options["max_age"]),
        fail_on=options["fail_on"],
        allow_empty=options["allow_empty"],
        waivers=excused,
        baselines={name: MergedInventories(paths, providers) for name, paths in baselines.items()},
    )


# --- options ---


def _sources(what: str, given: Any) -> Iterable[RuleSource]:
    """Where rules, or waivers, are: a list of them, of files of them as data, of paths, or any of these alone."""
    loose = []
    alone = not isinstance(given, list)
    for index, item in enumerate([given] if alone else given):
        if isinstance(item, str):
            yield _read_file(what, item)
        elif isinstance(item, Mapping) and what in item:
            content = dict(item)
            name = str(content.pop("name", what if alone else f"{what}[{index}]"))
            yield RuleSource(name, content, _lines(str(content.pop("text", ""))))
        else:
            loose.append(item)
    if loose:
        yield RuleSource(what, loose)


def _read_file(what: str, path: str) -> RuleSource:
    try:
        text = files.read_bytes(os.path.expanduser(path))
        return RuleSource(path, strict_json.loads(text), _lines(text.decode("utf-8")))
    except ValueError as error:
        hint = "Such files are JSON here; hand over YAML as data, read with lookup('ansible.builtin.file', path) | from_yaml."
        raise SecretsError("rules", f"{what}: {path}: {error}", hint=hint) from None


def _baselines(given: Mapping[str, Any]) -> dict[str, list[str]]:
    """The files of each baseline, by its name."""
    patterns = {name: [os.path.expanduser(str(path)) for path in arguments.as_list(paths)] for name, paths in given.items()}
    return {name: _paths(f"baselines: {printable(name)}", mine) for name, mine in patterns.items()}


def _lines(text: str) -> dict[str, int]:
    """Id -> line of each rule in the text of a rule file. Of several lines the first wins: ids are unique."""
    told = ((number, line) for number, line in enumerate(text.split("\n"), 1) if not line.lstrip().startswith("#"))
    found = [(match, number) for number, line in told for match in RULE_ID.findall(line)]
    return dict(reversed(found))


def _placed(result: Mapping[str, Any], sources: Iterable[RuleSource]) -> dict[str, Any]:
    """The result with the file and line of each rule, as far as they are known."""
    places = {name: {"file": source.name, "line": line} for source in sources for name, line in source.lines.items()}
    nowhere = {"file": None, "line": None}
    return {**result, "rules": [{**rule, **places.get(rule["id"], nowhere)} for rule in result["rules"]]}


def _expected(entry: Mapping[str, Any], providers: list[str]) -> Expected:
    if entry["provider"] not in providers:
        raise SecretsError("argument", f"stores: {unknown_name('provider', entry['provider'], providers)}")
    return Expected(entry["provider"], entry["account"], entry["region"] or None)


def _as_of(moment: str | None, clock: Clock) -> int:
    if moment is None:
        return int(clock.now())
    try:
        as_of = int(parse_time(moment))
    except ValueError:
        as_of = -1
    if not 0 <= as_of < LATEST:
        raise SecretsError("argument", f"as_of: {printable(moment, 80)} is not a time such as 2026-02-05T03:04:05Z")
    return as_of


def _checked(option: str, check: Callable[[Any], Any], value: Any) -> Any:
    try:
        return check(value)
    except ValueError as error:
        raise SecretsError("argument", f"{option}: {error}") from None


def _paths(option: str, patterns: Iterable[str]) -> list[str]:
    """Every file that the patterns name, once and in order. A pattern that names none is an error."""
    found: dict[str, str] = {}
    for pattern in patterns:
        paths = [pattern] if files.exists(pattern) else glob.glob(pattern, recursive=True)
        if not paths:
            raise SecretsError("argument", f"{option}: {pattern} matches no file", hint="A store that was not collected must not go unnoticed.")
        for path in sorted(paths):
            found.setdefault(os.path.realpath(path), path)
    return sorted(found.values())


def _targets(options: Mapping[str, Any]) -> dict[str, str]:
    """Path -> format of everything that is to be written. Raises where one could not be."""
    wanted = [(path, name) for name, path in (options["reports"] or {}).items() if path]
    wanted += [(options["dest"], "json")] if options["dest"] else []
    targets = dict(wanted)
    if len({os.path.realpath(path) for path in targets}) < len(wanted):
        raise SecretsError("argument", "dest and reports: two of them have the same path")
    for path in targets:
        files.check_target(path)
    return targets


def _check_apart(targets: Iterable[str], what: str, paths: Iterable[str]) -> None:
    """Refuse to replace by a report what was read."""
    taken = set(map(os.path.realpath, paths))
    for path in targets:
        if os.path.realpath(path) in taken:
            raise SecretsError("argument", f"{path} is one of the {what} and cannot hold a report")


# --- files ---


def _write(path: str, form: Format, result: Mapping[str, Any], check_mode: bool, clock: Clock) -> bool:
    """Replace a report. Whether it now says something else; the time at which it was made does not count."""
    current = _current(path, form)
    if check_mode:
        return current is None or _digest(form, _by_line(form.pieces(result))) != current
    with files.written(path, clock.nonce()) as handle:
        pieces = _copied(form.pieces(result), handle)
        if current is not None:
            return _digest(form, _by_line(pieces)) != current
        deque(pieces, maxlen=0)
    return True


def _copied(pieces: Iterable[str], handle: BinaryIO) -> Iterator[str]:
    """The pieces, each of which is written on its way."""
    for piece in pieces:
        handle.write(piece.encode("utf-8"))
        yield piece


def _current(path: str, form: Format) -> bytes | None:
    """The digest of what stands in a report now; None, if there is none that we could have written."""
    if not files.exists(path):
        return None
    try:
        with files.opened(path) as handle:
            return _digest(form, (line.decode("utf-8").removesuffix("\n") for line in handle))
    except (SecretsError, UnicodeDecodeError):
        return None


def _digest(form: Format, lines_of_report: Iterable[str]) -> bytes:
    """What a report says, without its times."""
    digest = hashlib.sha256()
    for line in lines_of_report:
        digest.update(form.timeless(line).encode("utf-8") + b"\n")
    return digest.digest()


def _by_line(pieces: Iterable[str]) -> Iterator[str]:
    """The lines that pieces of text make, without their line feeds."""
    rest = ""
    for piece in pieces:
        *whole, rest = (rest + piece).split("\n")
        yield from whole
    if rest:
        yield rest
