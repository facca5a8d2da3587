#!/usr/bin/python
# Copyright: (c) 2026, multicloud.secrets contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Judges inventories of secrets by rules. The judge is module_utils/_audit; here are its options and its result."""

from __future__ import annotations

DOCUMENTATION = r"""
module: secrets_audit
short_description: Judge inventories of secrets by rules
version_added: 0.1.0
description:
  - Judges the inventories that M(multicloud.secrets.alibaba_apig_secrets_info) and
    M(multicloud.secrets.tencent_ssm_secrets_info) write with their option
    O(multicloud.secrets.tencent_ssm_secrets_info#module:dest), by rules that you give.
  - Reads files only and needs no network, so that saved inventories can be judged again, with other rules.
  - "The verdict is V(pass) only if nothing was missing: a store that was not listed to its end, is missing, is too old
    or was narrowed by a filter makes every rule V(unknown) that would have needed to see all of it."
  - Succeeds whatever the verdict is; only bad input fails it. Assert RV(verdict) in the next task.
author:
  - multicloud.secrets contributors (@multicloud-secrets)
requirements:
  - python >= 3.10
extends_documentation_fragment:
  - multicloud.secrets.attributes
attributes:
  check_mode:
    details:
      - Judges in full, returns the same, and writes neither O(dest) nor O(reports).
  idempotent:
    details:
      - The time of judging and the times of collecting do not count as a change.
options:
  inventories:
    description:
      - Inventory files, or patterns such as V(inventory/*.jsonl), in which V(**) stands for any folders.
      - A pattern that matches nothing is an error, for a store that was not collected must not go unnoticed.
      - If two files hold the same store, the newer one counts for it, and a finding says so.
      - With an empty list nothing is judged, and rules and waivers are checked nevertheless.
    type: list
    elements: path
    required: true
  rules:
    description:
      - "The rules: a list of rules, a rule file as data (a mapping with V(rules), and optionally V(owners) and V(params)),
        the path of a rule file in JSON, or a list of any of these."
      - A rule file as data may have two keys more, V(name), its path, by which messages call it, and V(text), the whole file as
        text, from which it is learned at which line each rule stands.
      - The language is described in U(https://github.com/multicloud-secrets/multicloud.secrets/blob/main/docs/rules.md).
      - This module runs where there may be no parser for YAML. Hand a rule file in YAML over as data, as the
        examples show.
      - With an empty list only those rules are held that are always there. The result lists them under RV(rules).
    type: raw
    required: true
  params:
    description:
      - Values that take the place of V(params) of the rule files, by name. A name that no rule file has is an error.
    type: dict
  waivers:
    description:
      - "What is excused: a list of waivers, a waiver file as data (a mapping with V(waivers), and optionally V(name)), the path of
        such a file in JSON, or a list of any of these."
      - A waiver has V(rule), V(secret) (four globs, V(provider/account/region/name)), V(reason), V(owner), V(expires) (the last
        day on which it counts, at most 366 days ahead), and optionally V(ticket) and V(id).
      - It turns V(fail) into V(waived), and never V(unknown) or V(error).
      - An unknown rule or a waiver with errors fails the module before anything is judged.
    type: raw
    default: []
  baselines:
    description:
      - Inventories of another day, with which rules compare by V(unchanged_since). A mapping of names to paths or patterns, or
        lists of them, as in O(inventories).
    type: dict
  stores:
    description:
      - Stores that must be in the inventories. One that is in none is V(missing), which keeps the verdict from being V(pass).
    type: list
    elements: dict
    suboptions:
      provider:
        description: The cloud's service, as inventories name it, such as V(alibaba_apig) or V(tencent_ssm).
        type: str
        required: true
      account:
        description: The account's name.
        type: str
        required: true
      region:
        description: The region. Without it at least one store of the account must be there.
        type: str
  as_of:
    description:
      - The time against which ages are measured, such as V(2026-02-05T03:04:05Z). The same inventories, rules and time give
        the same result and the same reports to the byte.
      - By default the time at which the module runs.
    type: str
  max_age:
    description:
      - An inventory that is older is V(stale), and its stores are not complete. A number of minutes, hours, days or weeks,
        such as V(90m), V(36h), V(7d), V(2w).
    type: str
    default: 24h
  fail_on:
    description: The least severity at which a finding counts for RV(verdict). All findings are reported in any case.
    type: str
    choices: [critical, high, medium, low, info]
    default: low
  allow_empty:
    description: Whether inventories without a single secret are acceptable. If not, the rule V(fleet-empty) fails.
    type: bool
    default: false
  max_findings:
    description: How many RV(findings) to return, the worst first. O(dest) and V(json) reports hold all.
    type: int
    default: 100
  dest:
    description:
      - Write the whole result to this file, as JSON, on the machine where the module runs.
      - >-
        Its keys, in this order: C(format) with the value V(multicloud.secrets/report/1), RV(verdict), RV(as_of), O(fail_on),
        RV(summary), RV(rules), RV(stores), RV(findings_total), and all RV(findings). One key a line, and one rule, store
        or finding a line, so that two reports can be compared. No durations and no counts of requests are in it.
      - Mode 0600. The file is exchanged at once and whole; a link or a folder is not replaced.
    type: path
  reports:
    description:
      - Reports to write, in the same way as O(dest).
      - What each is good for, and how it looks, is told in
        U(https://github.com/multicloud-secrets/multicloud.secrets/blob/main/docs/reports.md).
    type: dict
    suboptions:
      json:
        description: Where to write the whole result as JSON, for programs.
        type: path
      csv:
        description: Where to write all findings as a table for a spreadsheet.
        type: path
      junit:
        description: Where to write the result as JUnit XML, which CI servers show like tests. It is red if RV(verdict) is not V(pass).
        type: path
      sarif:
        description:
          - Where to write the result as SARIF 2.1.0, for code scanning. A finding points at the line of its rule, if the rule
            comes from a file.
        type: path
      markdown:
        description: Where to write a summary that fits a comment on a pull request.
        type: path
      html:
        description: Where to write a page for a browser, with everything in one file.
        type: path
notes:
  - Reports hold text from the clouds. Read them back with P(ansible.builtin.file#lookup) and
    P(ansible.builtin.from_json#filter), never with M(ansible.builtin.include_vars), which would take such text for
    templates of yours.
seealso:
  - module: multicloud.secrets.alibaba_apig_secrets_info
  - module: multicloud.secrets.tencent_ssm_secrets_info
  - name: The rule language
    description: Every field, operator and statement, with examples.
    link: https://github.com/multicloud-secrets/multicloud.secrets/blob/main/docs/rules.md
  - name: The cookbook
    description: Ten questions of a security team, and the rules that ask them.
    link: https://github.com/multicloud-secrets/multicloud.secrets/blob/main/docs/cookbook.md
"""

EXAMPLES = r"""
- name: Judge all inventories by two rules
  multicloud.secrets.secrets_audit:
    inventories:
      - inventory/*.jsonl
    rules:
      - id: no-pending-deletion
        title: No secret waits for its deletion
        severity: high
        expect:
          status: {not_in: [pending_delete, deleted]}
      - id: db-password-everywhere
        title: Every SSM region has its database password
        severity: critical
        scopes: {provider: tencent_ssm}
        fleet:
          required: {names: [db-password], per: [account, region]}
  register: audit

- name: Show what was found, a line each
  ansible.builtin.debug:
    var: audit.lines

- name: Go on only if all is well
  ansible.builtin.assert:
    that: audit.verdict == 'pass'
    quiet: true

- name: Judge by a rule file in YAML, and say which stores must be there
  multicloud.secrets.secrets_audit:
    inventories: [inventory/*.jsonl]
    rules: "{{ lookup('ansible.builtin.file', 'rules.yml') | from_yaml }}"
    stores:
      - {provider: tencent_ssm, account: prod, region: ap-guangzhou}
      - {provider: alibaba_apig, account: prod}
    fail_on: medium
    dest: report.json
    reports:
      markdown: report.md
      html: report.html

- name: Judge with waivers, and find what was added or removed since the last release
  multicloud.secrets.secrets_audit:
    inventories: [inventory/*.jsonl]
    rules:
      - id: period
        title: Rotation is not rarer than we agreed
        severity: medium
        expect: {rotation_days: {le: 90}}
      - id: nothing-lost
        title: No secret has gone
        severity: critical
        fleet:
          unchanged_since: {baseline: release, allow: [added, changed]}
    waivers:
      - rule: period
        secret: tencent_ssm/prod/ap-guangzhou/db-legacy
        reason: The vendor's client cannot reload passwords; replaced in spring.
        owner: database team
        expires: "2026-12-31"
        ticket: SEC-1024
    baselines:
      release: [archive/2026-10-31/*.jsonl]

- name: Judge last month's inventories as of the day they were made
  multicloud.secrets.secrets_audit:
    inventories: [archive/2026-10-31/*.jsonl]
    rules: rules.json
    as_of: "2026-10-31T12:00:00Z"
"""

RETURN = r"""
verdict:
  description:
    - V(fail) if a finding at or above O(fail_on) failed, else V(unknown) if one could not be decided, else V(pass).
  type: str
  returned: success
  sample: fail
as_of:
  description: The time against which ages were measured.
  type: str
  returned: success
  sample: '2026-11-21T00:00:00Z'
summary:
  description: Everything in numbers.
  type: dict
  returned: success
  contains:
    secrets:
      description: How many secrets were judged.
      type: int
      sample: 1204
    stores:
      description: How many stores have which status.
      type: dict
      sample: {complete: 25, partial: 0, failed: 1, not_offered: 1, stale: 0, missing: 0}
    rules:
      description: How many rules have which verdict.
      type: dict
      sample: {error: 0, fail: 1, unknown: 1, waived: 0, pass: 5, not_applicable: 1}
    checks:
      description: How often rules said what, of secrets, stores and groups of stores.
      type: dict
      sample: {error: 0, fail: 3, unknown: 2, waived: 1, pass: 6011, not_applicable: 420}
    findings:
      description: How many findings of each severity have which verdict.
      type: dict
      sample: {critical: {error: 0, fail: 1, unknown: 0, waived: 0}}
    idle_rules:
      description: The rules that judged nothing. Look whether they say what you mean.
      type: list
      elements: str
      sample: [rotation-period]
lines:
  description:
    - The result for people, at most 60 lines for a terminal. Characters that could forge lines are escaped.
  type: list
  elements: str
  returned: success
  sample:
    - 'FAIL as of 2026-11-21T00:00:00Z, failing on low and above: 1 fail, 6011 pass, 420 not applicable'
    - 'ledger: 1204 secrets; stores: 26 complete, 1 not offered'
    - 'high no-pending-deletion: 1 fail - No secret waits for its deletion'
    - '  fail tencent_ssm/prod/ap-guangzhou/db-main: status is pending_delete, expected not_in ["pending_delete", "deleted"]'
findings:
  description:
    - What failed, could not be decided, or is waived, the worst first, at most O(max_findings). RV(findings_total) says how many there are.
  type: list
  elements: dict
  returned: success
  contains:
    rule:
      description: The rule's id.
      type: str
      sample: no-pending-deletion
    severity:
      description: The rule's severity.
      type: str
      sample: high
    verdict:
      description: V(fail), V(unknown), V(waived), or V(error) where judging itself failed.
      type: str
      sample: fail
    subject:
      description: What it is about, as provider/account/region/name. Parts that do not apply are empty.
      type: str
      sample: tencent_ssm/prod/ap-guangzhou/db-main
    provider:
      description: The cloud's service, or null if it is about several.
      type: str
      sample: tencent_ssm
    account:
      description: The account's name, or null if it is about several.
      type: str
      sample: prod
    region:
      description: The region, or null if it is about several.
      type: str
      sample: ap-guangzhou
    name:
      description: The secret's name, or the required one, or null if it is about a store or the fleet.
      type: str
      sample: db-main
    id:
      description: The secret's id, or null.
      type: str
      sample: db-main
    owner:
      description: Whose it is, by the owners of the rule file or by the rule.
      type: str
      sample: team-data
    message:
      description: One sentence for people.
      type: str
      sample: status is pending_delete, expected not_in ["pending_delete", "deleted"]
    evidence:
      description: The fields that decided, at most 8. Long values are cut.
      type: list
      elements: dict
      sample: [{field: status, actual: pending_delete, expected: 'not_in ["pending_delete", "deleted"]'}]
    waiver:
      description:
        - The waiver that excuses it, or, where RV(findings[].verdict) is V(fail), the one that did so until it expired. Null if
          there is none.
      type: dict
      sample: null
      contains:
        reason:
          description: Why.
          type: str
          sample: The vendor's client cannot reload passwords; replaced in spring.
        owner:
          description: Who answers for it.
          type: str
          sample: database team
        expires:
          description: The last day on which it counts, UTC.
          type: str
          sample: '2026-12-31'
        ticket:
          description: Where it was decided, or null.
          type: str
          sample: SEC-1024
findings_total:
  description: How many findings there are, waived ones included.
  type: int
  returned: success
  sample: 1
rules:
  description:
    - Each rule with its verdict and how often it said what, and the file and line where it stands, or null.
    - "Always there are V(collection-complete) (critical: every store was listed to its end), V(inventory-superseded) (info: a store
      is in two inventories), unless O(allow_empty) V(fleet-empty) (critical: there is no secret at all), and with O(waivers)
      V(waiver-broad) (medium: one excuses any name, or more than 50 findings) and V(waiver-unused) (info: one excuses nothing)."
  type: list
  elements: dict
  returned: success
  sample:
    - id: no-pending-deletion
      title: No secret waits for its deletion
      severity: high
      verdict: fail
      checks: {error: 0, fail: 1, unknown: 0, waived: 0, pass: 1203, not_applicable: 0}
      owner: null
      remediation: null
      references: []
      file: rules.yml
      line: 2
stores:
  description: The ledger, a row for each store that is in an inventory or must be.
  type: list
  elements: dict
  returned: success
  sample:
    - provider: tencent_ssm
      account: prod
      account_id: '100000000001'
      region: ap-guangzhou
      status: complete
      secrets: 312
      filtered: false
      collected_at: '2026-11-20T23:10:00Z'
      reason: ''
reports:
  description: The reports that were asked for, with their paths.
  type: dict
  returned: success
  sample: {markdown: report.md}
error:
  description: What is wrong with the input.
  type: dict
  returned: failure
  sample: {kind: argument, code: null, message: 'inventories: x/*.jsonl matches no file', http_status: null, request_id: null, hint: null}
rule_errors:
  description: Every error in the rules and waivers. V(rule) is the rule's id, or the place of what has none.
  type: list
  elements: dict
  returned: when the rules or waivers have errors
  sample: [{file: rules.json, rule: no-pending-deletion, path: expect.statuss, message: 'unknown field ''statuss''; did you mean status?'}]
"""

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.multicloud.secrets.plugins.module_utils._audit import task
from ansible_collections.multicloud.secrets.plugins.module_utils._core.clock import Clock
from ansible_collections.multicloud.secrets.plugins.module_utils._services import SCHEMAS

STORE = {
    "provider": {"type": "str", "required": True},
    "account": {"type": "str", "required": True},
    "region": {"type": "str"},
}
ARGUMENT_SPEC = {
    "inventories": {"type": "list", "elements": "path", "required": True},
    "rules": {"type": "raw", "required": True},
    "params": {"type": "dict"},
    "waivers": {"type": "raw", "default": []},
    "baselines": {"type": "dict"},
    "stores": {"type": "list", "elements": "dict", "options": STORE},
    "as_of": {"type": "str"},
    "max_age": {"type": "str", "default": "24h"},
    "fail_on": {"type": "str", "choices": ["critical", "high", "medium", "low", "info"], "default": "low"},
    "allow_empty": {"type": "bool", "default": False},
    "max_findings": {"type": "int", "default": 100},
    "dest": {"type": "path"},
    "reports": {"type": "dict", "options": {name: {"type": "path"} for name in task.FORMATS}},
}


def main() -> None:
    """Entry point of the module."""
    task.run(AnsibleModule(ARGUMENT_SPEC, supports_check_mode=True), SCHEMAS, Clock())


if __name__ == "__main__":
    main()
