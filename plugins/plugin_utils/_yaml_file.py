# Copyright: (c) 2026, multicloud.secrets contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""YAML and JSON that people wrote, read the same way under every ansible-core.

1. A key may be given once in a mapping. Merge keys (<<) are legal, and own keys come before merged ones.
2. A document has at most MOST_NODES values and DEEPEST levels, after its aliases are expanded.
3. A key is a text. Dates and times stay the texts that they are. Other values are those of YAML 1.1, as Ansible reads them.
4. A number of base 8 or 60 is refused: whoever writes 0123 or 1:30 means something else.
5. An error names the file, the line and the column, and never repeats what stands there.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import yaml

from ansible_collections.multicloud.secrets.plugins.module_utils._core import strict_json
from ansible_collections.multicloud.secrets.plugins.module_utils._core.errors import NOT_TOLD, SecretsError, told_name

MOST_NODES = 200_000
DEEPEST = 50
TOO_DEEP = "maximum nesting depth"
"""How libyaml says so, from 0.2.6 on. It reads ahead, so that it finds that before this does."""
PARSER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""Gives the events of a document. With libyaml it is ten times as fast."""
NOT_ALLOWED = yaml.reader.Reader.NON_PRINTABLE
SAVE_AGAIN = "Remove it, or save the file in UTF-8."
RESOLVER: Any = yaml.resolver.Resolver()
CONSTRUCTOR: Any = yaml.constructor.SafeConstructor()
STANDARD = "tag:yaml.org,2002:"
READERS: dict[str, Callable[[Any], Any]] = {
    f"{STANDARD}bool": CONSTRUCTOR.construct_yaml_bool,
    f"{STANDARD}int": CONSTRUCTOR.construct_yaml_int,
    f"{STANDARD}float": CONSTRUCTOR.construct_yaml_float,
    f"{STANDARD}null": lambda _node: None,
}
NUMBERS = {f"{STANDARD}int", f"{STANDARD}float"}
AMBIGUOUS = re.compile(r"[-+]?(?:0[0-9_]+|[0-9_]+(?::[0-9_.]+)+)")
"""What people write as a decimal number, a time or a code, and YAML 1.1 reads in base 8 or 60."""
TEXTS = {f"{STANDARD}{kind}" for kind in ("str", "timestamp", "value", "merge")} | {"!unsafe"}
COLLECTIONS = {None, "!", "!unsafe", f"{STANDARD}map", f"{STANDARD}seq"}
MERGE = f"{STANDARD}merge"
VAULT = ("!vault", "!vault-encrypted")


class _Built(NamedTuple):
    """A value, how many values it has in it, itself included, and how many levels."""

    data: Any
    size: int
    height: int


def read(content: bytes | str, name: str, encrypted: bool = False) -> Any:
    """The data in a file's content.

    name: its path, for messages, and JSON alone if it ends with .json. encrypted: whether single values may be encrypted; they
    come as the texts that they are.
    """
    text = content if isinstance(content, str) else _decoded(content, name)
    only_json = name.endswith(".json")
    if only_json or text.lstrip()[:1] in ("{", "["):
        fault = ""
        try:
            return _bounded(strict_json.loads(text.encode("utf-8", "surrogatepass")), name)
        except strict_json.Malformed as error:
            fault = str(error)
        if only_json:
            raise SecretsError("file", f"{name}: {fault}")
    return _YamlReader(text, name, encrypted).document()


def _decoded(content: bytes, name: str) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        position = error.start
    line = content[:position].count(b"\n") + 1
    raise SecretsError("file", f"{name}: line {line} is not UTF-8", hint="Save the file in UTF-8.")


def _bounded(data: Any, name: str) -> Any:
    """JSON data, if it is not too large and not too deep."""
    waiting, nodes = [(data, 1)], 0
    while waiting:
        value, depth = waiting.pop()
        nodes += 1
        if depth > DEEPEST or nodes > MOST_NODES:
            raise _too_much(f"{name}: ", depth > DEEPEST)
        if isinstance(value, (dict, list)):
            waiting += [(item, depth + 1) for item in (value.values() if isinstance(value, dict) else value)]
    return data


def _too_much(where: str, deep: bool) -> SecretsError:
    limit = f"more than {DEEPEST} levels" if deep else f"more than {MOST_NODES} values after its aliases are expanded"
    return SecretsError("file", f"{where}the document has {limit}", hint="Split the file.")


class _YamlReader:
    """Builds the data of one document from its events. Depth is bounded, so that recursion is."""

    def __init__(self, text: str, name: str, encrypted: bool) -> None:
        self._name = name
        self._encrypted = encrypted
        self._events: Iterator[Any] = self._parsed(text)
        self._anchors: dict[str, _Built | None] = {}
        self._nodes = 0

    def document(self) -> Any:
        """The data of the only document; None if there is none."""
        data = None
        documents = 0
        for event in self._events:
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    raise self._error(event, "a second document begins; a file has one")
                data = self._build(next(self._events), 1).data
        return data

    def _parsed(self, text: str) -> Iterator[Any]:
        mark = None
        try:
            yield from yaml.parse(text, Loader=PARSER)
            return
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            if TOO_DEEP in str(error.problem):
                raise _too_much(self._at(mark), True) from None
        except (yaml.YAMLError, UnicodeError):
            strange = NOT_ALLOWED.search(text)
            if strange:
                line, code = text.count("\n", 0, strange.start()) + 1, f"U+{ord(strange[0]):04X}"
                raise SecretsError("file", f"{self._name}: line {line}: YAML does not allow the character {code}", hint=SAVE_AGAIN) from None
        where = self._at(mark) if mark else f"{self._name}: "
        raise SecretsError("file", f"{where}this is not YAML", hint="Look there for a missing colon, quote or bracket, and at the indentation.")

    def _at(self, mark: Any) -> str:
        return f"{self._name}: line {mark.line + 1}, column {mark.column + 1}: "

    def _error(self, event: Any, reason: str, hint: str | None = None) -> SecretsError:
        return SecretsError("file", self._at(event.start_mark) + reason, hint=hint)

    def _unknown_tag(self, event: Any) -> SecretsError:
        return self._error(event, "this tag is not known here", "Lists, mappings and plain values are.")

    def _build(self, event: Any, depth: int) -> _Built:
        if isinstance(event, yaml.AliasEvent):
            return self._aliased(event, depth)
        self._count(event, 1, depth)
        if event.anchor:
            self._anchors[event.anchor] = None
        if isinstance(event, yaml.ScalarEvent):
            built = _Built(self._scalar(event), 1, 1)
        else:
            if event.tag not in COLLECTIONS:
                raise self._unknown_tag(event)
            built = self._mapping(event, depth) if isinstance(event, yaml.MappingStartEvent) else self._sequence(depth)
        if event.anchor:
            self._anchors[event.anchor] = built
        return built

    def _count(self, event: Any, nodes: int, depth: int) -> None:
        self._nodes += nodes
        if depth > DEEPEST or self._nodes > MOST_NODES:
            raise _too_much(self._at(event.start_mark), depth > DEEPEST)

    def _aliased(self, event: Any, depth: int) -> _Built:
        if event.anchor not in self._anchors:
            raise self._error(event, "this alias names no anchor before it", "Put a text that begins with * into quotes.")
        built = self._anchors[event.anchor]
        if built is None:
            raise self._error(event, "this alias stands inside what it names")
        self._count(event, built.size, depth + built.height - 1)
        return built

    def _sequence(self, depth: int) -> _Built:
        items = []
        for event in self._events:
            if isinstance(event, yaml.SequenceEndEvent):
                break
            items.append(self._build(event, depth + 1))
        return _Built([item.data for item in items], 1 + sum(item.size for item in items), 1 + max((item.height for item in items), default=0))

    def _mapping(self, start: Any, depth: int) -> _Built:
        own: dict[str, Any] = {}
        merged: dict[str, Any] = {}
        size, height = 1, 1
        for event in self._events:
            if isinstance(event, yaml.MappingEndEvent):
                break
            merges = isinstance(event, yaml.ScalarEvent) and self._tag(event) == MERGE
            key = self._build(event, depth + 1).data
            value = self._build(next(self._events), depth + 1)
            size, height = size + 1 + value.size, max(height, 1 + value.height)
            if merges:
                merged.update(self._merged(event, value.data))
            elif not isinstance(key, str):
                raise self._error(event, "this key is not a text", "Put it into quotes.")
            elif key in own:
                shown = "this key" if told_name(key) == NOT_TOLD else f"the key {key}"
                raise self._error(event, f"{shown} is given twice", "Keep one of the two.")
            else:
                own[key] = value.data
        return _Built({**merged, **own}, size, height)

    def _merged(self, event: Any, value: Any) -> dict[str, Any]:
        """What a merge key brings. Of several mappings the first one wins."""
        mappings = value if isinstance(value, list) else [value]
        if not all(isinstance(mapping, dict) for mapping in mappings):
            raise self._error(event, "only mappings can be merged")
        return {key: item for mapping in reversed(mappings) for key, item in mapping.items()}

    def _tag(self, event: Any) -> str:
        return str(RESOLVER.resolve(yaml.ScalarNode, event.value, event.implicit) if event.tag in (None, "!") else event.tag)

    def _scalar(self, event: Any) -> Any:
        tag = self._tag(event)
        if tag in TEXTS or (self._encrypted and tag in VAULT):
            return event.value
        if tag in VAULT:
            raise self._error(event, "a single value is encrypted here", "Encrypt the whole file, or give the value in a variable.")
        if tag not in READERS:
            raise self._unknown_tag(event)
        if tag in NUMBERS and AMBIGUOUS.fullmatch(event.value):
            raise self._error(
                event, "YAML reads this as a number of another base", "Write a decimal number without zeros before it, or put a text into quotes."
            )
        try:
            data = READERS[tag](yaml.ScalarNode(tag, event.value))
        except (ValueError, KeyError, OverflowError, IndexError):
            data = math.nan
        if isinstance(data, float) and not math.isfinite(data):
            raise self._error(event, "this is not a number or value that can be used", "Put it into quotes if it is a text.")
        return data
