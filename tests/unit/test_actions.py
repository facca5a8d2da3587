# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the collection asks the clouds for: every name of an action in its code is on this list, and none that tells a value can be."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

PLUGINS = Path(__file__).parents[2] / "plugins"
VERBS = "Get|List|Describe|BatchGet|Assume|Decrypt|Encrypt|Generate|Query|Rotate|Put|Create|Update|Delete|Restore|Export|Download"
NAME = re.compile(rf"(?:(?:[a-z]+):)?((?:{VERBS})(?:[A-Z][A-Za-z]*)?)")
ALLOWED = {
    "_tencent": {
        "AssumeRole",
        "AssumeRoleWithWebIdentity",
        "DescribeResourceTagsByResourceIds",
        "DescribeRotationHistory",
        "DescribeSecret",
        "GetCallerIdentity",
        "GetRegions",
        "GetServiceStatus",
        "ListKeyDetail",
        "ListSecretVersionIds",
        "ListSecrets",
    },
    "_alibaba": {
        "AssumeRole",
        "AssumeRoleWithOIDC",
        "DescribeRegions",
        "DescribeSecret",
        "GetCallerIdentity",
        "GetSecretPolicy",
        "ListGateways",
        "ListKeys",
        "ListKmsInstances",
        "ListSecretReferences",
        "ListSecretVersionIds",
        "ListSecrets",
    },
}
NEVER = {
    "GetSecretValue",
    "BatchGetSecretValue",
    "GetRandomPassword",
    "ListServices",
    "GetService",
    "GetSSHKeyPairValue",
    "Decrypt",
    "GetDataKeyPlaintext",
    "GenerateDataKey",
    "RotateProductSecret",
}
FIELDS = {"CreateFailed", "CreateTime", "CreateUin", "CreateUinString", "DeleteTime", "EncryptSwitching", "EncryptType", "UpdateTime"}
"""Fields and words of rows that look like actions."""


def names(folder: Path) -> set[str]:
    """Texts in the code of a folder that are the name of an action, alone or behind that of a service."""
    texts = (node.value for path in folder.rglob("*.py") for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Constant))
    return {found[1] for text in texts if isinstance(text, str) and (found := NAME.fullmatch(text))} - FIELDS


@pytest.mark.parametrize("cloud", ALLOWED)
def test_a_cloud_is_asked_for_nothing_else(cloud: str) -> None:
    assert names(PLUGINS / "module_utils" / cloud) == ALLOWED[cloud]
    assert not ALLOWED[cloud] & NEVER


def test_no_other_code_names_an_action_that_is_called() -> None:
    clouds = set().union(*ALLOWED.values())
    assert not names(PLUGINS) - clouds
