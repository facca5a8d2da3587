# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Credentials: the first complete source wins, half a pair is an error, and no error or repr ever shows a value."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ansible_collections.multicloud.secrets.plugins.module_utils._auth.checks import check_prefix
from ansible_collections.multicloud.secrets.plugins.module_utils._auth.context import CredentialNames, Credentials, Role, SourceContext, VariableSet
from ansible_collections.multicloud.secrets.plugins.module_utils._auth.refresh import looked_for
from ansible_collections.multicloud.secrets.plugins.module_utils._auth.sources import (
    CredentialSource,
    first_complete,
    from_environment,
    from_options,
    with_role,
)
from ansible_collections.multicloud.secrets.plugins.module_utils._core.endpoints import Target
from ansible_collections.multicloud.secrets.plugins.module_utils._core.errors import SecretsError
from ansible_collections.multicloud.secrets.plugins.module_utils._core.redaction import MASK, Redactor
from ansible_collections.multicloud.secrets.tests.unit.toy_cloud import calls as toy

NAMES = CredentialNames(
    key_id="toy_id",
    key_secret="toy_secret",
    token="toy_token",
    sets=(VariableSet(("TOY_ID", "TOY_OLD_ID"), ("TOY_SECRET",), ("TOY_TOKEN", "TOY_SESSION")),),
)
ID, SECRET, TOKEN = "LTAI5tCanaryIdOfOptions", "canary-secret-of-options", "canary-token-of-options"
ENVIRONMENT = {"TOY_ID": "LTAI5tCanaryIdOfEnvironment", "TOY_SECRET": "canary-secret-of-environment"}
PREFIXED = {"PROD_TOY_ID": "LTAI5tCanaryIdOfProd", "PROD_TOY_SECRET": "canary-secret-of-prod", "PROD_TOY_SESSION": "canary-token-of-prod"}


def _resolve(
    options: Mapping[str, Any] | None = None, environment: Mapping[str, str] | None = None, who: str = "", redactor: Redactor | None = None
) -> Credentials:
    given = options or {}
    prefix = check_prefix(given["credentials_env"], who) if "credentials_env" in given else ""
    context = SourceContext({"HOME": "/nonexistent", **(environment or {})}, redactor or Redactor(), lambda: 0.0, Target("toyland"), who, None, prefix)
    sources = [CredentialSource("the options", lambda asked: from_options(asked, NAMES, given))]
    if not any(given.get(name) for name in NAMES.options):
        sources = [
            *([] if {"credentials_env", "source"} & set(given) else sources),
            CredentialSource("the environment", lambda asked: from_environment(asked, NAMES)),
        ]
    return looked_for(lambda: first_complete(context, sources), context.now, "").take()


def _refused(options: Mapping[str, Any] | None = None, environment: Mapping[str, str] | None = None, who: str = "") -> SecretsError:
    with pytest.raises(SecretsError) as caught:
        _resolve(options, environment, who)
    assert "canary" not in str(caught.value.as_dict()).lower()
    return caught.value


@pytest.mark.parametrize(
    ("options", "environment", "expected"),
    [
        pytest.param({"toy_id": ID, "toy_secret": SECRET}, {}, (ID, SECRET, None, "options"), id="options"),
        pytest.param({"toy_id": ID, "toy_secret": SECRET, "toy_token": TOKEN}, {}, (ID, SECRET, TOKEN, "options"), id="options with a token"),
        pytest.param({}, ENVIRONMENT, (*ENVIRONMENT.values(), None, "environment"), id="the environment"),
        pytest.param({}, {**ENVIRONMENT, "TOY_TOKEN": TOKEN}, (*ENVIRONMENT.values(), TOKEN, "environment"), id="the environment with a token"),
        pytest.param({}, {**ENVIRONMENT, "TOY_SESSION": TOKEN}, (*ENVIRONMENT.values(), TOKEN, "environment"), id="a token by its second name"),
        pytest.param(
            {}, {**ENVIRONMENT, "TOY_TOKEN": "", "TOY_SESSION": TOKEN}, (*ENVIRONMENT.values(), TOKEN, "environment"), id="an empty variable is not set"
        ),
        pytest.param(
            {}, {**ENVIRONMENT, "TOY_TOKEN": TOKEN, "TOY_SESSION": "other-token"}, (*ENVIRONMENT.values(), TOKEN, "environment"), id="the first variable counts"
        ),
        pytest.param({}, {"TOY_OLD_ID": ID, "TOY_SECRET": SECRET}, (ID, SECRET, None, "environment"), id="an id by its old name"),
        pytest.param(
            {"toy_id": ID, "toy_secret": SECRET}, {**ENVIRONMENT, "TOY_TOKEN": TOKEN}, (ID, SECRET, None, "options"), id="options win, and no token strays in"
        ),
        pytest.param({"credentials_env": "PROD_"}, {**ENVIRONMENT, **PREFIXED}, (*PREFIXED.values(), "environment PROD_*"), id="variables under a prefix"),
        pytest.param({"source": "environment"}, {**ENVIRONMENT, **PREFIXED}, (*ENVIRONMENT.values(), None, "environment"), id="the environment by name"),
    ],
)
def test_where_credentials_come_from(options: Mapping[str, Any], environment: Mapping[str, str], expected: tuple[str, ...]) -> None:
    key = _resolve(options, environment)
    assert (key.key_id, key.key_secret, key.token, key.source) == expected


@pytest.mark.parametrize(
    ("options", "environment", "given", "missing"),
    [
        pytest.param({"toy_id": ID}, {}, "toy_id", "toy_secret", id="an id alone"),
        pytest.param({"toy_secret": SECRET}, {}, "toy_secret", "toy_id", id="a secret alone"),
        pytest.param({"toy_token": TOKEN}, {}, "toy_token", "toy_id", id="a token alone"),
        pytest.param({"toy_id": ID}, ENVIRONMENT, "toy_id", "toy_secret", id="an id alone is not completed from the environment"),
        pytest.param({"toy_token": TOKEN}, ENVIRONMENT, "toy_token", "toy_id", id="nor is a token"),
        pytest.param({}, {"TOY_ID": ID}, "TOY_ID", "TOY_SECRET", id="a variable for the id alone"),
        pytest.param({}, {"TOY_OLD_ID": ID}, "TOY_OLD_ID", "TOY_SECRET", id="the same by its old name"),
        pytest.param({}, {"TOY_SECRET": SECRET}, "TOY_SECRET", "TOY_ID", id="a variable for the secret alone"),
        pytest.param({}, {"TOY_SESSION": TOKEN}, "TOY_SESSION", "TOY_ID", id="a variable for the token alone"),
        pytest.param(
            {"credentials_env": "P_"}, {"P_TOY_ID": ID, **ENVIRONMENT}, "P_TOY_ID", "P_TOY_SECRET", id="a prefixed pair is not completed from the others"
        ),
    ],
)
def test_half_a_pair_is_an_error_that_names_both_halves(options: Mapping[str, Any], environment: Mapping[str, str], given: str, missing: str) -> None:
    error = _refused(options, environment, "accounts[prod]: ")
    assert error.kind == "credentials"
    assert error.message.startswith(f"accounts[prod]: {given} is given without {missing}")


@pytest.mark.parametrize("option", ["toy_id", "toy_secret", "toy_token"])
def test_an_empty_key_is_not_replaced_by_another_one(option: str) -> None:
    error = _refused({option: ""}, ENVIRONMENT, "accounts[prod]: ")
    assert (error.kind, error.message) == ("argument", f"accounts[prod]: {option} is empty") and "omit" in str(error.hint)


@pytest.mark.parametrize("part", ["toy_id", "toy_secret", "toy_token"])
@pytest.mark.parametrize(
    ("value", "reason"),
    [
        pytest.param("canary-value\n", "a space or a line break", id="a line break at the end"),
        pytest.param(" canary-value", "a space or a line break", id="a space in front"),
        pytest.param("canary value", "a space or a line break", id="a space inside"),
        pytest.param("canary\u00a0value", "a space or a line break", id="a space that does not look like one"),
        pytest.param("canary\u3000value", "a space or a line break", id="a wide space"),
        pytest.param("canary-密钥-value", "a character that is not allowed in a key", id="Chinese characters"),
        pytest.param("canary-\u200bvalue", "a character that is not allowed in a key", id="an invisible character"),
        pytest.param("canary-\x00value", "a character that is not allowed in a key", id="a zero byte"),
        pytest.param("canary-\x7fvalue", "a character that is not allowed in a key", id="a control character"),
        pytest.param("canary", "has 6 characters", id="too few characters"),
        pytest.param("canary-" * 2000, "has 14000 characters", id="too many characters"),
    ],
)
def test_what_no_key_is_like_is_refused_by_name_and_never_shown(part: str, value: str, reason: str) -> None:
    options = {"toy_id": ID, "toy_secret": SECRET, "toy_token": TOKEN, part: value}
    error = _refused(options, {}, "accounts[prod]: ")
    assert error.kind == "credentials"
    assert error.message.startswith(f"accounts[prod]: {part} ")
    assert reason in error.message


def test_half_of_a_character_is_told_as_such() -> None:
    error = _refused({"toy_id": ID, "toy_secret": "canary-\udcffvalue"}, {}, "accounts[prod]: ")
    assert (error.kind, error.message) == ("argument", "accounts[prod]: toy_secret holds half of a character, a lone surrogate")


def test_a_bad_variable_is_named_by_its_full_name() -> None:
    assert _refused({"credentials_env": "P_"}, {"P_TOY_OLD_ID": ID, "P_TOY_SECRET": "short"}).message.startswith("P_TOY_SECRET has 5 characters")


@pytest.mark.parametrize("length", [8, 8192])
def test_keys_of_these_lengths_are_keys(length: int) -> None:
    assert len(_resolve({"toy_id": "i" * length, "toy_secret": "s" * length}).key_secret) == length


def test_where_there_is_nothing_the_error_says_where_it_looked() -> None:
    error = _refused()
    assert error.kind == "credentials"
    assert (
        error.message
        == "no credentials found; looked at: the options (toy_id and toy_secret are not given); the environment (TOY_ID and TOY_SECRET are not set)"
    )
    assert error.hint and "on the machine where the module runs" in error.hint


@pytest.mark.parametrize(
    ("options", "looked_at"),
    [
        pytest.param({"source": "environment"}, "TOY_ID and TOY_SECRET", id="the environment"),
        pytest.param({"credentials_env": "PROD_"}, "PROD_TOY_ID and PROD_TOY_SECRET", id="variables under a prefix"),
    ],
)
def test_of_an_account_it_says_where_it_looked_for_that_account(options: Mapping[str, Any], looked_at: str) -> None:
    error = _refused(options, {"OTHER_TOY_ID": ID}, "accounts[prod]: ")
    assert error.message == f"accounts[prod]: no credentials found; looked at: the environment ({looked_at} are not set)"


@pytest.mark.parametrize("prefix", ["1PROD_", "PROD-", "PROD ", "PROD=", "PROD_\n", "密", "A" * 10 + "$("])
def test_a_prefix_must_be_able_to_begin_a_variable(prefix: str) -> None:
    error = _refused({"credentials_env": prefix}, ENVIRONMENT, "accounts[prod]: ")
    assert (error.kind, error.message.startswith("accounts[prod]: credentials_env: ")) == ("argument", True)


def test_all_that_was_found_is_registered_to_be_scrubbed() -> None:
    redactor = Redactor()
    _resolve({"toy_id": ID, "toy_secret": SECRET, "toy_token": TOKEN}, redactor=redactor)
    assert redactor.text(f"{SECRET} {TOKEN} {ID}") == f"{MASK} {MASK} LTAI...ions"


def test_an_external_id_is_registered_before_it_is_sent() -> None:
    """A refusal may repeat it, and the ledger of an inventory tells what was refused."""
    redactor = Redactor()
    context = SourceContext({}, redactor, lambda: 0.0, Target("toyland"))
    role = Role("toy:role/reader", external_id="canary-external-id")
    key = from_options(context, NAMES, {"toy_id": ID, "toy_secret": SECRET})
    next(with_role(context, key, context.target, role, toy.assume_role, toy.read_role))
    assert redactor.text("no role for canary-external-id") == f"no role for {MASK}"


def test_a_key_does_not_show_itself() -> None:
    shown = repr(_resolve({"toy_id": ID, "toy_secret": SECRET, "toy_token": TOKEN}))
    assert SECRET not in shown and TOKEN not in shown
    assert "options" in shown


VALUES = st.just("") | st.text(max_size=20).map(lambda text: f"zq{text}")


@settings(deadline=None)
@given(
    st.dictionaries(st.sampled_from(["toy_id", "toy_secret", "toy_token"]), st.none() | VALUES),
    st.dictionaries(st.sampled_from(["TOY_ID", "TOY_OLD_ID", "TOY_SECRET", "TOY_TOKEN", "TOY_SESSION"]), VALUES),
)
def test_whatever_is_given_comes_out_whole_or_as_a_typed_error(options: Mapping[str, str], environment: Mapping[str, str]) -> None:
    try:
        key = _resolve(options, environment)
    except SecretsError as error:
        assert error.kind == ("argument" if "omit" in str(error.hint) else "credentials")
        assert "zq" not in f"{error.message}{error.hint}"
    else:
        source = options if any(value is not None for value in options.values()) else environment
        assert {key.key_id, key.key_secret} <= set(source.values())
        assert all(part.isascii() and part.isprintable() and len(part) >= 8 for part in (key.key_id, key.key_secret))
