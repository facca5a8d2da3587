# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reasons of the ledger in Chinese: every one that the code can give, and nothing of what a cloud says."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest

from ansible_collections.multicloud.secrets.plugins.module_utils._core import machine
from ansible_collections.multicloud.secrets.plugins.module_utils._report import chinese_reasons, language
from ansible_collections.multicloud.secrets.tests.unit.plugins.module_utils.report.test_report_language import BEFORE, CHINESE, FLOORS, SOURCE

SAYS = {"SecretsError": 1, "broken": 0, "NotConfigured": 0, "not_believed": 0, "_give_up": 0, "_contradict": 0}
"""Which argument of a call is a reason."""
FROM_OUTSIDE = {"inventory_file.py"}
"""Files whose errors end a run before there is a ledger."""


def reason_nodes(function: ast.AST) -> Iterator[ast.expr]:
    """The expressions of reasons in a function; of a variable, what it is set to."""
    for node in ast.walk(function):
        if not isinstance(node, ast.Call) or len(node.args) <= SAYS.get(name := ast.unparse(node.func).rpartition(".")[2], len(node.args)):
            continue
        if name == "SecretsError" and isinstance(kind := node.args[0], ast.Constant) and kind.value in BEFORE:
            continue
        said = node.args[SAYS[name]]
        set_to = [each.value for each in ast.walk(function) if isinstance(each, ast.Assign) and ast.unparse(each.targets[0]) == ast.unparse(said)]
        yield from set_to or [said]


def reason_texts(file: str, node: ast.AST) -> list[str]:
    """What an expression can say, with a sample of what is only known in a run. Nothing for what comes from elsewhere."""
    if isinstance(node, ast.JoinedStr):
        expressions = {id(part): ast.unparse(part.value) for part in node.values if isinstance(part, ast.FormattedValue)}
        if PASSED_ON.intersection(expressions.values()):
            return []
        return ["".join(sample(file, expressions[id(part)]) if id(part) in expressions else ast.literal_eval(part) for part in node.values)]
    if isinstance(node, ast.Constant):
        return [node.value] if isinstance(node.value, str) and " " in node.value else []
    return [text for child in ast.iter_child_nodes(node) if isinstance(node, (ast.IfExp, ast.BoolOp)) for text in reason_texts(file, child)]


def sample(file: str, expression: str) -> str:
    """What an expression in a file can stand for; a number, which also does for a name, if nothing else is said."""
    return next((said for (where, begin), said in OF_A_RUN.items() if where == file and expression.startswith(begin)), "7")


PASSED_ON = {"message", "error.message", "', '.join(missing[:-1])"}
"""Reasons that another function has made; and a list, of which the tests below have an example."""
OF_A_RUN = {
    ("checks.py", "error"): "not JSON",
    ("checks.py", "fault"): "still has its quotes",
    ("collector.py", "counted(f"): "7 seconds",
    ("collector.py", "counted(len"): "7 stores",
    ("context.py", "_ini_fault"): ", line 3: the section stands twice",
    ("context.py", "error"): "not UTF-8 at line 1, column 2",
    ("context.py", "reason"): "/x does not exist",
    ("context.py", "self.who"): "",
    ("context.py", "who"): "",
    ("credentials.py", "_others"): "; there is 7",
    ("credentials.py", "reason"): "/x does not exist",
    ("evidence.py", "other"): "has answered another listing that this would concern",
    ("files.py", "os.strerror"): "cannot be used",
    ("http_client.py", "doubt"): "sent an answer twice",
    ("http_client.py", "fault[0]"): "holds a blank or a line break",
    ("http_client.py", "proxy"): "the proxy 7:7",
    ("http_client.py", "reason"): ": it refused the connection",
    ("http_client.py", "where"): "proxy",
    ("members.py", "what"): "members",
    ("organization.py", "OPTION"): "organization",
    ("organization.py", "near"): "",
    ("regions.py", "counted"): "1 second",
    ("repeats.py", "KEPT"): "an answer that was given before, with the same id of its request",
    ("transport.py", "doubt"): "an answer that a cache has kept for 7 s",
    ("transport.py", "fault"): "nested too deeply",
}
"""By file and beginning of an expression: what it can stand for where that is no name or number."""
FUNCTIONS = [
    (path, node)
    for floor in FLOORS
    for path in sorted((SOURCE.parent / floor).rglob("*.py"))
    if path.name not in FROM_OUTSIDE
    for node in ast.walk(ast.parse(path.read_text("utf-8")))
    if isinstance(node, ast.FunctionDef)
]
REASONS = sorted({text for path, function in FUNCTIONS for node in reason_nodes(function) for text in reason_texts(path.name, node)})


def test_the_reasons_of_the_code_are_found() -> None:
    assert len(REASONS) > 90
    assert {"7 did not answer in time", "the answer is empty", "the listing has more than 7 pages", "7 does not exist"} <= set(REASONS)


@pytest.mark.parametrize("reason", [*REASONS, *machine.SYSTEM_ERRORS.values()])
def test_every_reason_has_its_translation(reason: str) -> None:
    said = language.told(reason)
    assert CHINESE.search(said) and not re.search("[a-z]{2,} [a-z]{2,}", said), "chinese_reasons.py lacks this reason"


READ_BY = {"ours": "this machine has no memory left", "fault": "it refused the connection", "malformed": "not JSON", "cloud": "X", "listed": "X1 and X2"}
READ_BY |= {"who": "accounts[X]", "proxy": "the proxy x:1", "setting": "proxy", "seconds": "seconds", "stores": "stores", "looked": "the profile (x is empty)"}


@pytest.mark.parametrize("reason", chinese_reasons.REASONS)
def test_every_reason_is_read_as_it_is_written(reason: str) -> None:
    names = language.PLACEHOLDER.findall(reason)
    values = {name: READ_BY.get(name) or ("7" if name.rstrip("0123456789") == "n" else f"X{place}") for place, name in enumerate(names)}
    said = language.told(reason.format(**values))
    assert CHINESE.search(said) and all(value in said for name, value in values.items() if name not in READ_BY)
    assert not re.search("[a-z]{2,} [a-z]{2,}", said)


def test_a_reason_behind_the_code_of_a_cloud_is_the_clouds() -> None:
    for words in ("your key is empty", "the account is set", "the answer is empty", "x has no y"):
        assert language.told(f"InvalidParameter.Key: {words}") == f"InvalidParameter.Key: {words}"
    own = "ServiceDown: the cloud says ServiceDown, and its own list of regions has cn-x"
    assert language.told(own) == "ServiceDown：云返回 ServiceDown，但云自己的地域列表中有 cn-x"
    assert language.told("ListSecrets at x.com: HTTP status 502") == "x.com 的 ListSecrets：HTTP 状态码 502"
    assert language.told("ListSecrets at x.com: come back later") == "ListSecrets at x.com: come back later"


def test_places_that_were_looked_at_are_told_one_by_one() -> None:
    places = "the environment (A and B are not set); the profile (/x has no profile 'p'; it has q); the CVM role (come back)"
    told_places = "环境变量（没有设置 A 和 B）；命令行配置（/x 中没有配置 'p'；现有：q）；CVM 角色（come back）"
    assert language.told(f"no credentials found; looked at: {places}") == f"没有找到凭证；查找过：{told_places}"
    assert language.told("A, B and C are not set") == "没有设置 A, B 和 C"


def test_every_source_of_credentials_has_its_name() -> None:
    made = re.findall(r'CredentialSource\("([^"]+)"', "".join(path.read_text("utf-8") for path in sorted(SOURCE.parent.glob("_*/credentials.py"))))
    assert set(made) == set(chinese_reasons.SOURCES)
