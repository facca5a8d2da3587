# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The judging task: options in, verdict out. It reads files and sends nothing."""

from __future__ import annotations

import fnmatch
import glob
import itertools
import os
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import partial
from typing import Any, NamedTuple

from .._core import files, inventory_file, machine, module_exit, strict_json
from .._core.clock import Clock
from .._core.errors import SecretsError, names_told, unknown_name
from .._core.given import refuse_empty
from .._core.records import RecordSchema
from .._core.redaction import Redactor, printable
from .._core.values import parse_time
from .._report.by_owner import ByOwner
from .._report.difference import Difference
from .._report.formats import FORMATS
from .._report.lines import Terminal
from . import arguments, console_url, grammar, outputs, owner_files, unended, waivers
from .judge import AuditRequest, judge
from .needs import details_read
from .previous import LastReport
from .rules import Problem, Rulebook, RulesError, RuleSource, version_of
from .secret_rows import SecretRows
from .stores import Expected, MergedInventories

LATEST = 32_503_680_000
"""The year 3000; no time of ours lies beyond."""
RULE_ID = re.compile(r"""(?<![\w.-])["']?id["']?\s*:\s*["']?([A-Za-z0-9][A-Za-z0-9._-]*)""")
"""Where a rule begins in the text of a rule file, be it YAML or JSON."""
PATHS = ("dest", "previous", "history", "by_owner")
"""Options that are one path."""
LONGEST_TRAILER = 256
ANOTHER_DAY = "Name inventories of another day. To begin, copy these to another folder, and judge the next ones by them."
CONTROLLER = ("packs", "collected", "hosts", "report_dir", "report_formats", "check_only", "show")
"""Options that the action plugin uses up."""
WAYS_OUT = {
    strict_json.NOT_JSON: "The module reads such files as JSON only. Give YAML as data, read with lookup('ansible.builtin.file', path) | from_yaml.",
    strict_json.NOT_UTF8: "Save it as UTF-8.",
}
"""For a file of rules or waivers that cannot be read, by the reason."""
RETURNED = ("verdict", "note", "as_of", "summary", "rules", "stores", "organizations", "compared", "owners", "findings_total")


class Destinations(NamedTuple):
    """Where reports go. reports: those of the option, by name. targets: all that are written, path -> format. before: see outputs.before()."""

    reports: Mapping[str, str]
    targets: Mapping[str, str]
    before: outputs.Digests
    check_mode: bool


def run(module: Any, schemas: Sequence[RecordSchema], clock: Clock) -> None:
    """Judge as the module's options say, and end the module."""
    redactor = Redactor()
    try:
        result = _judged(module.params, module.check_mode, schemas, clock)
    except RulesError as error:
        module_exit.fail(module, redactor, error, rule_errors=error.problems)
    except Exception as error:
        module_exit.fail(module, redactor, machine.as_error(error))
    if not getattr(module, "_diff", False):
        del result["diff"]
    module_exit.succeed(module, redactor, result)


def _check_controller(options: Mapping[str, Any]) -> None:
    """Refuse what only the action plugin can do: here it would be passed over."""
    stray = next((name for name in CONTROLLER if options.get(name)), None)
    if stray or options["inventories"] is None:
        what = f"{stray}: it works through the action plugin only" if stray else "inventories: it is missing"
        raise SecretsError("argument", what, hint="Call the module as multicloud.secrets.secrets_audit in a task.")


def _judged(options: Mapping[str, Any], check_mode: bool, schemas: Sequence[RecordSchema], clock: Clock) -> dict[str, Any]:
    """The result, with its reports in place. Until then these say that the run has not ended, and why if it failed."""
    _check_controller(options)
    reports = {name: path for name, path in (options["reports"] or {}).items() if path is not None}
    refuse_empty(options, PATHS)
    refuse_empty(reports, who="reports: ")
    alone = {"json": options["dest"]} if options["dest"] else {}
    began, language = _began(options["as_of"], clock), options["language"]
    try:
        targets = _targets(reports, alone)
        history = [options["history"]] if options["history"] else []
        for path in history:
            _check_target("history", path)
        written = [*targets, *_kept(reports), *history]
        _check_apart(written, options)
        owner_files.check(options["by_owner"], [*written, *(path for _what, paths in _read(options) for path in paths)])
        before = outputs.before({**targets, **owner_files.standing(options["by_owner"])}, reports, language)
        if not check_mode:
            unended.begin(reports, began, clock.nonce, language)
            unended.write(alone, began, clock.nonce)
            owner_files.begin(options["by_owner"], began, clock.nonce, language)
        return _result(options, Destinations(reports, targets, before, check_mode), schemas, clock)
    except Exception as error:
        if not check_mode:
            reason = machine.as_error(error).sentence()
            aside = all(_can_hold(unended.previous(path), options) for name, path in reports.items() if name == "json")
            for group, keep in ((reports, aside), (alone, False)):
                unended.give_up({name: path for name, path in group.items() if _can_hold(path, options)}, began, clock.nonce, reason, keep, language)
            theirs = owner_files.standing(options["by_owner"])
            owner_files.give_up({path: name for path, name in theirs.items() if _can_hold(path, options)}, began, clock.nonce, reason, language)
        raise


def _result(options: Mapping[str, Any], out: Destinations, schemas: Sequence[RecordSchema], clock: Clock) -> dict[str, Any]:
    """The module's result, with its reports written."""
    if options["max_findings"] < 0:
        raise SecretsError("argument", "max_findings: it cannot be less than 0")
    sources = list(_sources("rules", options["rules"]))
    excuses = list(_sources("waivers", options["waivers"]))
    question = _question(options, sources, excuses, schemas, clock, _last(options["previous"], out.reports))
    consoles = console_url.read(options["console_url"] or {}, [schema.provider for schema in schemas])
    union = MergedInventories(_paths("inventories", options["inventories"]), {schema.provider: schema for schema in schemas})
    _check_of_another_day(question.baselines, union)
    scratch = partial(outputs.scratch, _beside(options, out), clock)
    rows = SecretRows(scratch) if any(FORMATS[name].needs_secrets for name in out.targets.values()) else None
    result = {**_placed(judge(question, union, schemas, scratch, rows), sources), "language": options["language"]}
    result["texts"] = {rule.id: rule.texts for rule in question.rulebook.rules}
    if rows is not None:
        told = {"fleets": options["fleets"] or [], "rules": [source.version for source in sources], "waivers": [source.version for source in excuses]}
        told["inventories"] = len(union.paths)
        result |= {"secrets": rows, "history": outputs.history(options["history"], result), "sources": told, "console_url": consoles}
    unused = console_url.note(consoles, (store["provider"] for store in result["stores"]))
    result["note"] = "; ".join(filter(None, (result["note"], unused)))
    written = _written(options, result, out, scratch, clock)
    return {
        **{key: result[key] for key in RETURNED if key in result},
        "details": details_read(question.rulebook, schemas),
        "findings": list(itertools.islice(result["findings"], options["max_findings"])),
        "fixed": result["fixed"][: options["max_findings"]],
        "reports": out.reports,
        **written,
    }


def _beside(options: Mapping[str, Any], out: Destinations) -> str:
    """The path in whose folder files without a name are made: where something is written anyway, else where all may."""
    folder = tempfile.gettempdir() if out.check_mode or not options["by_owner"] else options["by_owner"]
    return next(iter(out.targets), os.path.join(folder, "findings"))


def _written(options: Mapping[str, Any], result: Mapping[str, Any], out: Destinations, scratch: Callable[[], files.Scratch], clock: Clock) -> dict[str, Any]:
    """Write the reports and the history. What the module returns of that."""
    owned = ByOwner(result, scratch) if options["by_owner"] else None
    places = {} if out.check_mode else {**out.reports, **({"by owner": options["by_owner"]} if owned else {})}
    terminal, difference = Terminal(result, reports=places), Difference(result)
    changed = outputs.write(result, out.targets, out.before, clock, out.check_mode, [terminal, difference, *([owned] if owned else [])])
    by_owner, differs = owner_files.write(owned, options["by_owner"], out.before, clock, out.check_mode) if owned else ([], False)
    if options["history"] and not out.check_mode:
        outputs.remember(options["history"], result, clock.nonce())
    return {"lines": list(terminal.tail()), "by_owner": by_owner, "changed": changed or differs, "diff": difference.told()}


def _last(path: str | None, reports: Mapping[str, str]) -> LastReport | None:
    """The last report. Where a run that has not ended took its place, it stands beside; it need not be there if this run began so."""
    if not path:
        return None
    if unended.is_whole(path):
        return LastReport(path)
    if files.exists(unended.previous(path)):
        return LastReport(unended.previous(path))
    if "json" in reports and os.path.realpath(path) == os.path.realpath(reports["json"]):
        return None
    try:
        LastReport(path)
    except SecretsError as error:
        raise error.of("previous", "Give a JSON report as secrets_audit wrote it, or leave the option out.") from None
    raise SecretsError("file", f"previous: {path} is of a run that has not ended", hint="Name the last report that is whole, or leave the option out.")


def _question(
    options: Mapping[str, Any],
    sources: Sequence[RuleSource],
    excuses: Sequence[RuleSource],
    schemas: Sequence[RecordSchema],
    clock: Clock,
    last: LastReport | None,
) -> AuditRequest:
    """Input of the judge, read and checked. All rules and waivers are checked before any inventory is opened."""
    providers = [schema.provider for schema in schemas]
    as_of = _as_of(options["as_of"], clock)
    problems: list[Problem] = []
    baselines = _baselines(options["baselines"] or {})
    book = grammar.read(sources, schemas, baselines, options["params"] or {}, problems)
    excused = waivers.read(excuses, [rule.id for rule in book.rules], providers, as_of, problems)
    if problems:
        raise RulesError(problems)
    _check_read(baselines, book)
    return AuditRequest(
        rulebook=book,
        expected=[_expected(entry, providers) for entry in options["stores"] or []],
        as_of=as_of,
        max_age=_checked("max_age", arguments.duration, options["max_age"]),
        fail_on=options["fail_on"],
        allow_empty=options["allow_empty"],
        waivers=excused,
        baselines={name: MergedInventories(paths, {schema.provider: schema for schema in schemas}) for name, paths in baselines.items()},
        previous=last,
        fail_on_new=options["fail_on_new"],
        notice=_checked("notice", arguments.duration, options["notice"]),
    )


def _sources(what: str, given: Any) -> Iterable[RuleSource]:
    """Sources of rules or waivers: a list of them, of files as data, of paths, or any of these alone."""
    loose = []
    alone = not isinstance(given, list)
    for index, item in enumerate([given] if alone else given):
        if isinstance(item, str):
            yield _read_file(what, item)
        elif isinstance(item, Mapping) and what in item:
            content = dict(item)
            name = str(content.pop("name", what if alone else f"{what}[{index}]"))
            text = str(content.pop("text", ""))
            yield RuleSource(name, content, _lines(text), version_of(name, text))
        else:
            loose.append(item)
    if loose:
        yield RuleSource(what, loose, version=what)


def _read_file(what: str, path: str) -> RuleSource:
    try:
        content = files.read_bytes(os.path.expanduser(path))
        text = content.decode("utf-8", "replace")
        return RuleSource(path, strict_json.loads(content), _lines(text), version_of(path, text))
    except strict_json.Malformed as error:
        raise SecretsError("rules", f"{what}: {path} is {error}", hint=WAYS_OUT.get(error.reason, "Mend it there.")) from None
    except SecretsError as error:
        raise error.of(what, f"Correct the path, or give the {what} as data.") from None


def _baselines(given: Mapping[str, Any]) -> dict[str, list[str]]:
    """The files of each baseline, by its name."""
    return {name: _paths(f"baselines: {printable(name)}", _patterns(f"baselines: {printable(name)}", paths)) for name, paths in given.items()}


def _check_read(baselines: Iterable[str], book: Rulebook) -> None:
    """Refuse a baseline that no rule reads: whoever names it means that something is compared with it."""
    read = {getattr(rule.statement, "baseline", None) for rule in book.rules}
    unread = [name for name in baselines if name not in read]
    if unread:
        hint = f"Write a rule with fleet: {{unchanged_since: {{baseline: {printable(unread[0])}}}}}, or leave the baseline out."
        raise SecretsError("argument", f"baselines: no rule reads {printable(names_told(unread))}", hint=hint)


def _check_of_another_day(baselines: Mapping[str, MergedInventories], union: MergedInventories) -> None:
    """Refuse to compare an inventory with itself, or with a copy of it: nothing could have changed."""
    judged = {_end_of(path): path for path in union.paths}
    for name, baseline in baselines.items():
        for path in baseline.paths:
            if same := judged.get(_end_of(path)):
                told = f"baselines: {printable(name)}: {path} is {'an inventory that is judged' if path == same else f'a copy of {same}, which is judged'}"
                raise SecretsError("argument", f"{told}, so that nothing could have changed", hint=ANOTHER_DAY)


def _end_of(path: str) -> tuple[int, bytes]:
    """The size of an inventory and its end, where the digest of all of it stands."""
    with files.opened(path) as handle:
        size = handle.seek(0, os.SEEK_END)
        handle.seek(max(0, size - LONGEST_TRAILER))
        return size, handle.read()


def _patterns(option: str, given: Any) -> list[str]:
    """Paths or patterns, at least one."""
    paths = arguments.as_list(given)
    if not paths or not all(isinstance(path, str) and path.strip() for path in paths):
        raise SecretsError("argument", f"{option} names no file", hint="Give the path of an inventory, a pattern, or a list of them.")
    return [os.path.expanduser(path) for path in paths]


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
    refuse_empty(entry, ("account", "region"), "stores: ")
    return Expected(entry["provider"], entry["account"], entry["region"])


def _began(moment: str | None, clock: Clock) -> int:
    """The time that the reports of an unended run tell, whatever the option says."""
    with suppress(SecretsError):
        return _as_of(moment, clock)
    return int(clock.now())


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
    """Every file that the patterns name, once and in order. A pattern that names none is an error, or less than was written there."""
    found: dict[str, str] = {}
    for pattern in patterns:
        paths = [pattern] if files.exists(pattern) else _matching(pattern)
        if not paths:
            raise SecretsError("argument", f"{option}: {pattern} matches no file", hint="Every named inventory must exist, so that no store is missed.")
        if paths != [pattern]:
            _check_all_there(option, pattern)
        for path in sorted(paths):
            found.setdefault(os.path.realpath(path), path)
    return sorted(found.values())


def _matching(pattern: str) -> list[str]:
    """The files that a pattern names. A name that begins with a dot is one as any other, but for a pattern that ends with a star."""
    *folders, name = pattern.split("/")
    choices = [(part, f".{part}") if part.startswith("*") else (part,) for part in folders]
    choices.append((name, f".{name}") if name.startswith("*") and not name.endswith("*") else (name,))
    return sorted({path for chosen in itertools.product(*choices) for path in glob.glob("/".join(chosen), recursive=True)})


def _check_all_there(option: str, pattern: str) -> None:
    """Raise SecretsError where a file is gone that was written to a folder of a pattern, and that the pattern would name."""
    folder, name = os.path.split(pattern)
    for place in _matching(folder) if folder else [os.curdir]:
        gone = [each for each in inventory_file.gone(place) if fnmatch.fnmatchcase(each, name)]
        if gone:
            told = f"{option}: {pattern} does not find {printable(gone[0], 80)}, which was written to {place}"
            raise SecretsError("argument", told, hint="Copy it there, or collect again. Every store must be seen.")


def _targets(reports: Mapping[str, str], alone: Mapping[str, str]) -> dict[str, str]:
    """Path -> format of everything that is to be written. Raises where one could not be."""
    wanted = [(path, name) for name, path in (*reports.items(), *alone.items())]
    targets = dict(wanted)
    if len({os.path.realpath(path) for path in targets}) < len(wanted):
        raise SecretsError("argument", "dest and reports: two of them have the same path")
    for path, name in targets.items():
        _check_target("dest" if path in alone.values() else f"reports: {name}", path)
    return targets


def _check_target(option: str, path: str) -> None:
    """Raise where nothing could be written, naming the option."""
    try:
        files.check_target(path)
    except SecretsError as error:
        raise error.of(option, "Make its folder, or choose another path.") from None


def _kept(reports: Mapping[str, str]) -> list[str]:
    """Where the last report is put aside."""
    kept = [unended.previous(reports["json"])] if "json" in reports else []
    for path in kept:
        files.check_target(path)
    return kept


def _check_apart(targets: Iterable[str], options: Mapping[str, Any]) -> None:
    """Refuse to replace by a report what is to be read."""
    for what, paths in _read(options):
        taken = set(map(os.path.realpath, paths))
        for path in targets:
            if os.path.realpath(path) in taken:
                raise SecretsError("argument", f"{path} is one of the {what} and cannot hold a report")


def _can_hold(path: str, options: Mapping[str, Any]) -> bool:
    """Whether a report can be written there, and nothing stands there that is to be read."""
    try:
        files.check_target(path)
        _check_apart([path], options)
    except SecretsError:
        return False
    return True


def _read(options: Mapping[str, Any]) -> Iterator[tuple[str, list[str]]]:
    """What is to be read, and the files that it is in, as far as they are there."""
    patterns = [*options["inventories"], *(str(path) for paths in (options["baselines"] or {}).values() for path in arguments.as_list(paths))]
    expanded = map(os.path.expanduser, patterns)
    yield "inventories", [path for pattern in expanded for path in (pattern, *_matching(pattern))]
    own = (options["reports"] or {}).get("json")
    last = options["previous"]
    yield "reports of earlier runs", [last] if last and not (own and os.path.realpath(own) == os.path.realpath(last)) else []
    sources = [item for given in (options["rules"], options["waivers"]) for item in arguments.as_list(given)]
    named = (item if isinstance(item, str) else item.get("name") for item in sources if isinstance(item, (str, Mapping)))
    yield "files of rules and waivers", [os.path.expanduser(name) for name in named if isinstance(name, str)]
