# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The module's report of every secret, and what the page is told besides: the history, the sources, links to consoles."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.multicloud.secrets.tests.unit.plugins.module_utils.audit.fleets import AS_OF, record, row, rule, write
from ansible_collections.multicloud.secrets.tests.unit.plugins.modules.test_secrets_audit import failure, run

RULES = [rule("on", title="Secrets are enabled", expect={"status": "enabled"})]
RULES_OF_A_TASK = [rule("named", expect={"name": {"present": True}})]


def data(page: Path) -> dict[str, Any]:
    """Data of a page for its script."""
    found: dict[str, Any] = json.loads(page.read_text("utf-8").split('id="data">')[1].split("</script>")[0])
    return found


def test_every_secret_is_written_and_a_second_run_changes_nothing(inventory: str, tmp_path: Path) -> None:
    table, page = tmp_path / "secrets.csv", tmp_path / "page.html"
    options: dict[str, Any] = {"inventories": [inventory], "rules": RULES, "as_of": AS_OF, "reports": {"secrets": str(table), "html": str(page)}}
    assert run(**options)["changed"] is True
    first = table.read_bytes(), page.read_bytes()
    assert [line.split(",")[0] for line in table.read_text("utf-8-sig").splitlines()] == ["verdict", "fail", "pass"]
    assert [secret["name"] for secret in data(page)["secrets"]] == ["bad", "good"]
    assert run(**options)["changed"] is False
    assert (table.read_bytes(), page.read_bytes()) == first
    assert run(**{**options, "as_of": "2026-11-21T01:00:00Z"})["changed"] is False
    assert table.stat().st_mode & 0o777 == 0o600


def test_tags_that_could_not_be_had_are_not_known(tmp_path: Path) -> None:
    table, page = tmp_path / "secrets.csv", tmp_path / "page.html"
    listed = write(tmp_path / "a.jsonl", [row()], [record("a", tags={}), record("b", invalid=["tags"])])
    run(inventories=[listed], rules=RULES, as_of=AS_OF, reports={"secrets": str(table), "html": str(page)})
    assert [secret.get("tags") for secret in data(page)["secrets"]] == [None, "not known"]
    assert ",not known: tags," in table.read_text("utf-8-sig").splitlines()[2]


def test_a_run_that_failed_leaves_no_secrets(inventory: str, tmp_path: Path) -> None:
    table = tmp_path / "secrets.csv"
    options: dict[str, Any] = {"as_of": AS_OF, "rules": RULES, "reports": {"secrets": str(table)}}
    run(inventories=[inventory], **options)
    failure(inventories=[str(tmp_path / "gone.jsonl")], **options)
    header, told = table.read_text("utf-8").splitlines()
    assert told.startswith("unknown,") and "this run has not ended: " in told


def test_the_page_draws_the_history_that_the_module_keeps(inventory: str, tmp_path: Path) -> None:
    page, history = tmp_path / "page.html", tmp_path / "history.jsonl"
    options: dict[str, Any] = {"inventories": [inventory], "rules": RULES, "reports": {"html": str(page)}, "history": str(history)}
    run(as_of="2026-11-20T23:30:00Z", **options)
    assert '<figure class="history" hidden></figure>' in page.read_text("utf-8")
    assert run(as_of=AS_OF, **options)["changed"] is False
    assert "Findings in the last 2 runs, at most 1; now 1 fail and 0 are unknown" in page.read_text("utf-8")
    history.write_text('{"as_of":"x}\n', encoding="utf-8")
    assert "is no history" in failure(as_of=AS_OF, **options)["msg"]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda run: {**run, "as_of": "2026-13-45T99:99:99Z"},
        lambda run: {**run, "findings": None},
        lambda run: {**run, "findings": {}},
        lambda run: {**run, "findings": {**run["findings"], "grave": run["findings"]["high"]}},
        lambda run: {**run, "findings": {**run["findings"], "high": []}},
        lambda run: {**run, "findings": {**run["findings"], "high": {**run["findings"]["high"], "fail": "1"}}},
        lambda run: {**run, "findings": {**run["findings"], "high": {**run["findings"]["high"], "error": -1}}},
        lambda run: {key: value for key, value in run.items() if key != "findings"},
    ],
)
def test_a_history_in_which_something_was_edited_is_refused(inventory: str, tmp_path: Path, spoil: Any) -> None:
    history = tmp_path / "history.jsonl"
    options: dict[str, Any] = {"inventories": [inventory], "rules": RULES, "reports": {"html": str(tmp_path / "page.html")}, "history": str(history)}
    run(as_of="2026-11-20T23:30:00Z", **options)
    edited = json.dumps(spoil(json.loads(history.read_text("utf-8"))), separators=(",", ":")) + "\n"
    history.write_text(edited, encoding="utf-8")
    assert "is no history" in failure(as_of=AS_OF, **options)["msg"]
    assert history.read_text("utf-8") == edited, "what a person may mend stays"


def test_the_page_names_the_files_by_which_was_judged_and_which_text_they_had(inventory: str, tmp_path: Path) -> None:
    page, rules = tmp_path / "page.html", tmp_path / "rules.json"
    text = json.dumps(RULES)
    rules.write_text(text, encoding="utf-8")
    excuse = {"rule": "on", "secret": "*/*/*/bad", "reason": "known", "owner": "o", "expires": "2026-12-31"}
    waivers = {"waivers": [excuse], "name": "w.yml", "text": "waivers"}
    options: dict[str, Any] = {
        "inventories": [inventory],
        "as_of": AS_OF,
        "reports": {"html": str(page)},
        "waivers": waivers,
        "fleets": ["fleet.yml (sha256 x)"],
    }
    run(rules=[str(rules), *RULES_OF_A_TASK], **options)
    head = re.sub("<[^>]+>", "", page.read_text("utf-8").split('<p class="aside">')[1].split("</p>")[0])

    def digest(content: str) -> str:
        return hashlib.sha256(content.encode()).hexdigest()[:12]

    told = f"Fleets: fleet.yml (sha256 x). Rules: {rules} (sha256 {digest(text)}), rules. Waivers: w.yml (sha256 {digest('waivers')}). Inventories: 1."
    assert told in head


def test_links_lead_to_the_console(inventory: str, tmp_path: Path) -> None:
    page, url = tmp_path / "page.html", "https://console.example.com/{region}?name={name}"
    options: dict[str, Any] = {"inventories": [inventory], "rules": RULES, "as_of": AS_OF, "reports": {"html": str(page)}}
    run(console_url={"tencent_ssm": url}, **options)
    assert data(page)["consoles"] == {"tencent_ssm": url}
    assert run(console_url={}, **options)["changed"] is True


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"tencent_smm": "https://x.example/"}, "unknown provider 'tencent_smm'; did you mean tencent_ssm?"),
        ({"tencent_ssm": "javascript:alert(1)"}, "no address of a console"),
        ({"tencent_ssm": "http://x.example/"}, "no address of a console"),
        ({"tencent_ssm": "https://{name}/"}, "no address of a console"),
        ({"tencent_ssm": "https://x.example/{name"}, "no address of a console"),
        ({"tencent_ssm": "https://x.example/" + "x" * 1_000}, "no address of a console"),
        ({"tencent_ssm": 7}, "no address of a console"),
        ({"tencent_ssm": "https://x.example/{nam}"}, "unknown field 'nam'; did you mean name?"),
        ({"tencent_ssm": "https://x.example/$name"}, "has no field, so that every link would lead to the same page"),
    ],
)
def test_what_is_no_address_is_refused(inventory: str, given: dict[str, Any], told: str) -> None:
    assert re.search(re.escape(told), failure(inventories=[inventory], rules=RULES, as_of=AS_OF, console_url=given)["msg"])


def test_addresses_of_services_that_have_no_store_are_told(inventory: str) -> None:
    for services, told in ((["alibaba_kms"], True), (["alibaba_kms", "tencent_ssm"], False), ([], False)):
        urls = dict.fromkeys(services, "https://x.example/{name}")
        result = run(inventories=[inventory], rules=RULES, as_of=AS_OF, console_url=urls)
        assert ("console_url names no service that has a store" in result["note"]) is told
        assert any("console_url names no service" in line for line in result["lines"]) is told
