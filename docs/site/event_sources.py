# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Pages of event sources, from the same DOCUMENTATION and EXAMPLES that other plugins have. ansible-doc does not know their
type, so antsibull-docs leaves them out."""

from __future__ import annotations

import ast
import json
import textwrap
from collections.abc import Iterable
from typing import Any

import yaml
from antsibull_docs_parser.parser import Context, parse
from antsibull_docs_parser.rst import to_rst


def constants(source: str) -> dict[str, str]:
    """The texts that a plugin gives names to, without running it."""
    found = {}
    for node in ast.parse(source).body:
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            found[ast.unparse(node.targets[0])] = node.value.value
    return found


def paragraphs(text: str | list[str]) -> list[str]:
    """Texts with Ansible's markup, each as a paragraph of reStructuredText."""
    texts = [text] if isinstance(text, str) else text
    return [to_rst(parse([part], Context(), errors="exception")).replace(":envvar:`", ":literal:`") for part in texts]


def points(texts: Iterable[str]) -> str:
    """A list."""
    return "\n".join("- " + textwrap.indent(text, "  ").strip() for text in texts) + "\n"


def section(title: str, text: str) -> str:
    """A section below the title of the page."""
    return f"\n{title}\n{'-' * len(title)}\n\n{text}"


def option(name: str, spec: dict[str, Any]) -> str:
    """An option, what it says, and its suboptions below it."""
    kind = spec.get("type", "str") + (f" of {spec['elements']}" if "elements" in spec else "")
    facts = [kind, *(["required"] if spec.get("required") else []), *([f"default ``{json.dumps(spec['default'])}``"] if "default" in spec else [])]
    if "choices" in spec:
        facts.append("one of " + ", ".join(f"``{json.dumps(choice)}``" for choice in spec["choices"]))
    body = "\n\n".join(paragraphs(spec["description"]))
    nested = "".join("\n" + option(sub, content) for sub, content in spec.get("suboptions", {}).items())
    return f"**{name}** ({', '.join(facts)})\n" + textwrap.indent(f"{body}\n{nested}", "  ")


def page(fqcn: str, source: str) -> str:
    """The page of an event source. An error where it has no DOCUMENTATION or EXAMPLES."""
    texts = constants(source)
    said = yaml.safe_load(texts["DOCUMENTATION"])
    title = f"{fqcn} event source -- {said['short_description']}"
    parts = [f"{title}\n{'+' * len(title)}\n", section("Synopsis", points(paragraphs(said["description"])))]
    if "requirements" in said:
        parts.append(section("Requirements", points(paragraphs(said["requirements"]))))
    parts.append(section("Parameters", "\n".join(option(name, spec) for name, spec in said.get("options", {}).items())))
    if "notes" in said:
        parts.append(section("Notes", points(paragraphs(said["notes"]))))
    parts.append(section("Examples", ".. code-block:: yaml\n\n" + textwrap.indent(texts["EXAMPLES"].strip("\n"), "    ")))
    return "\n".join(parts) + "\n"
