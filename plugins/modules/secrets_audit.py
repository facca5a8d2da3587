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
  - Judges inventories by your rules. M(multicloud.secrets.alibaba_apig_secrets_info),
    M(multicloud.secrets.alibaba_kms_secrets_info) and M(multicloud.secrets.tencent_ssm_secrets_info) write inventories with their option
    O(multicloud.secrets.tencent_ssm_secrets_info#module:dest).
  - Reads files only and needs no network. Saved inventories can be judged again with other rules.
  - The verdict is V(pass) only if nothing was missing. A store may be incomplete, missing, too old, or narrowed by a filter.
    Every rule that needs all of its secrets is then V(unknown).
  - Succeeds with every verdict; only invalid input fails it. Assert RV(verdict) in the next task.
author:
  - multicloud.secrets contributors (@multicloud-secrets)
requirements:
  - python >= 3.10
extends_documentation_fragment:
  - multicloud.secrets.attributes
attributes:
  check_mode:
    details:
      - Judges everything, returns the same result, and writes neither O(dest) nor O(reports), nor anything into O(by_owner).
  diff_mode:
    support: full
    details:
      - Shows the findings that are fixed since O(previous), and those that are new, at most 100 of each.
  idempotent:
    details:
      - The time of judging and the times of collecting do not count as a change. An age in a message does, in whole days or hours.
  async:
    description: Supports being used with the C(async) keyword.
    support: none
options:
  inventories:
    description:
      - Inventory files, or patterns such as V(inventory/*.jsonl). V(**) matches any folders.
      - A pattern without a match is an error, so that a store that was not collected is noticed.
      - If two files have the same store, the newer one counts, and a finding reports it.
      - With an empty list only the rules and waivers are checked.
      - If it is not set, O(collected) names them.
    type: list
    elements: path
  rules:
    description:
      - The rules, as a list of rules, as a rule file's data, or as the path of a rule file in YAML or JSON. A list of these is
        allowed, too.
      - A rule file is a mapping with V(rules), and optionally V(owners), V(owner_tag) and V(params).
      - A path is read on the controller. It begins in the folder from which Ansible was started, or beside the playbook. The file
        may be vaulted as a whole.
      - A rule file as data may have two more keys. V(name) is its path, for messages. V(text) is the whole file as text, for
        the line of each rule.
      - The guide to the language is U(https://github.com/multicloud-secrets/multicloud.secrets/blob/main/docs/rules.md).
      - Without rules and packs only the built-in rules are judged, see RV(rules).
    type: raw
    default: []
  packs:
    description:
      - Packs of rules that come with the collection, by name. They are described rule by rule in
        U(https://github.com/multicloud-secrets/multicloud.secrets/blob/main/docs/packs.md).
    type: list
    elements: str
  params:
    description:
      - Values for V(params) of the rule files, by name. They replace those of the files. An unknown name is an error.
    type: dict
  waivers:
    description:
      - The waivers, as a list of waivers, as a waiver file's data, or as the path of a waiver file in YAML or JSON. A list of
        these is allowed, too. Paths are those of O(rules).
      - A waiver file is a mapping with V(waivers), and optionally V(name).
      - A waiver has V(rule), V(secret), V(reason), V(owner) and V(expires), and optionally V(ticket) and V(id).
      - V(secret) is four globs, V(provider/account/region/name). V(expires) is the last day on which the waiver counts, at most 366
        days ahead.
      - It turns V(fail) into V(waived), and never V(unknown) or V(error).
      - An unknown rule or an invalid waiver fails the module before anything is judged.
    type: raw
    default: []
  baselines:
    description:
      - Inventories of another day for rules with V(unchanged_since). A mapping of names to paths or patterns, or
        lists of them, as in O(inventories).
    type: dict
  stores:
    description:
      - Stores that must be in the inventories. A store that is in none of them is V(missing), and the verdict is not V(pass).
    type: list
    elements: dict
    suboptions:
      provider:
        description: The cloud's service, as inventories name it, such as V(alibaba_kms) or V(tencent_ssm).
        type: str
        required: true
      account:
        description: The account's name.
        type: str
        required: true
      region:
        description: The region. If it is not set, at least one store of the account must exist.
        type: str
  collected:
    description:
      - The name of the variable in which the hosts of this play have registered the results of
        M(multicloud.secrets.secrets_collect). Their inventories are judged together, and their stores must be there.
      - The play that collected last counts. With C(serial) nothing is judged before the last batch, and RV(judged) is V(false).
      - The stores of a host without a result are taken from its variable C(assert_secrets_fleet). If it has none, the host
        itself is missing, in every cloud.
      - With O(inventories) the results say only which stores must be there.
      - More variables may follow. The stores of their results must be there, too.
      - Run it with C(run_once), delegated to C(localhost). A strategy that does not wait for all hosts is refused.
    type: list
    elements: str
  hosts:
    description: The hosts whose stores must be there, by default all hosts of the play. For O(collected).
    type: list
    elements: str
  fleets:
    description:
      - The names of the fleets that were listed, for the head of the V(html) report. With O(collected) they are known, if the fleet of
        M(multicloud.secrets.secrets_collect) is a file.
    type: list
    elements: str
  check_only:
    description: With V(true) rules, waivers and other options are checked, and no inventory is read.
    type: bool
    default: false
  show:
    description:
      - Whether to show RV(lines) in the terminal.
      - They are not shown with C(no_log), and where the callback for standard output prints JSON, such as C(ansible.posix.json).
    type: bool
    default: false
  as_of:
    description:
      - The time from which ages are measured, such as V(2026-02-05T03:04:05Z). The same inventories, rules and time give
        the same result and the same bytes in reports.
      - If it is not set, the current time is used.
      - An inventory that was collected more than five minutes after it is refused.
    type: str
  max_age:
    description:
      - The greatest age of an inventory. The stores of an older one are V(stale), and not complete. A number of minutes, hours,
        days or weeks, such as V(90m), V(36h), V(7d), V(2w).
    type: str
    default: 24h
  fail_on:
    description: The least severity of findings that count for RV(verdict). All findings are reported.
    type: str
    choices: [critical, high, medium, low, info]
    default: low
  previous:
    description:
      - The JSON report of an earlier run. The findings then say since when they are open and whether they are new, see
        RV(findings[].since), RV(findings[].new) and RV(summary).
      - It may be the path of the C(json) report that this run replaces. The last whole report is then compared, if there is one.
      - With O(report_dir) the report that stands there is the default.
      - A finding is new or fixed only if the rule is the same in both reports and the store was listed completely. All else is
        not comparable, and RV(compared) has the reasons.
    type: path
  fail_on_new:
    description:
      - With V(true) a finding that O(previous) has, too, at least as grave, does not count for RV(verdict). All others count, also
        those that are not comparable.
      - Without an earlier report everything counts, and RV(note) says so.
    type: bool
    default: false
  history:
    description:
      - A file that gets a line of JSON at the end of each run, with its time, verdict and numbers. It keeps 1,000 lines.
      - With O(report_dir) it is C(history.jsonl) in that folder.
    type: path
  notice:
    description:
      - The time before the end of a waiver from which the rule V(waiver-expiring) tells it. A number of minutes, hours, days or
        weeks, as in O(max_age).
    type: str
    default: 14d
  allow_empty:
    description: Whether inventories without any secret are acceptable. If V(false), the rule V(fleet-empty) fails then.
    type: bool
    default: false
  max_findings:
    description: The most RV(findings) to return, 0 or more, the worst first. O(dest) and V(json) reports have all of them.
    type: int
    default: 100
  console_url:
    description:
      - >-
        Where the console of a cloud shows a secret, for links in the V(html) report, as a mapping of services such as V(tencent_ssm)
        to addresses. An address begins with C(https://) and its host, and has C({region}), C({name}), C({id}) or C({account}) where
        these belong.
    type: dict
  language:
    description:
      - The language of the reports for people, V(html), V(markdown) and V(text). V(zh) is simplified Chinese.
      - All other reports, this module's result and RV(lines) are in English, and so is what a cloud said. Filters and addresses of
        the page keep the English words, so that links work in both.
      - A rule speaks it where its title, remediation or message is a mapping of languages to texts, with the keys V(en) and V(zh).
    type: str
    choices: [en, zh]
    default: en
  dest:
    description:
      - Write the whole result to this file, as JSON, on the machine where the module runs.
      - >-
        Its keys, in this order: C(format) with the value V(multicloud.secrets/report/1), RV(verdict), RV(note), RV(as_of),
        O(fail_on), O(fail_on_new), RV(summary), RV(rules), RV(stores), RV(organizations) if there are any, RV(compared), RV(fixed),
        RV(owners), RV(findings_total), and all RV(findings). Each key, rule, store or finding has its own line, so that two reports
        can be compared. It has no durations and no counts of requests.
      - The file has mode 0600 and is replaced atomically. A link or a folder is not replaced.
    type: path
  by_owner:
    description:
      - A folder for a Markdown and a CSV report of each owner of findings, on the machine where the module runs. It is made with
        mode 0700 if it is not there. RV(by_owner) has the paths.
      - The files are C(owner-NAME.md) and C(owner-NAME.csv), where C(NAME) is the owner in small letters. A digest follows where that
        is not all of it. Findings of nobody are in C(no-owner.md) and C(no-owner.csv).
      - Owners beyond the 1,000 of RV(owners) share C(other-owners.md) and C(other-owners.csv).
      - Files of these names are replaced as O(reports) are, and removed if their owner has no finding any more. Check mode touches
        none of them.
    type: path
  report_dir:
    description:
      - A folder on the controller for O(report_formats). It is made with mode 0700 if it is not there. One that everybody can
        write is refused.
    type: path
  report_formats:
    description:
      - The reports to write into O(report_dir), as C(report.json), C(report.csv), C(report.xml), C(report.sarif), C(report.md),
        C(report.html), C(report.txt), C(report.prom) and C(secrets.csv). The module must then run on the controller.
      - Without O(report_dir) none is written; RV(details) then says what they read.
    type: list
    elements: str
    choices: [json, csv, junit, sarif, markdown, html, text, prometheus, secrets]
  reports:
    description:
      - Reports to write, in the same way as O(dest).
      - Until the module has ended, they and O(dest) have the verdict V(unknown) and say that the run has not ended. If it fails,
        they keep it, with the reason. The last whole C(json) report is kept beside the new one, C(report.previous.json) beside
        C(report.json). Check mode touches none of them.
      - The guide to reports shows the use and look of each format,
        U(https://github.com/multicloud-secrets/multicloud.secrets/blob/main/docs/reports.md).
    type: dict
    suboptions:
      json:
        description: The path for the whole result as JSON, for programs.
        type: path
      csv:
        description: The path for all findings as a table for a spreadsheet.
        type: path
      junit:
        description: The path for JUnit XML, which CI servers show as tests. It has failures if RV(verdict) is not V(pass).
        type: path
      sarif:
        description:
          - The path for SARIF 2.1.0, for code scanning. A finding points at the line of its rule, if the rule
            comes from a file.
        type: path
      markdown:
        description: The path for a summary that fits a comment on a pull request.
        type: path
      html:
        description: The path for a page for a browser, in one file.
        type: path
      text:
        description: The path for a few plain lines for a chat or a mail, at most 2,000 bytes.
        type: path
      prometheus:
        description: The path for the numbers in the text format of Prometheus.
        type: path
      secrets:
        description: The path for all secrets as a table for a spreadsheet, with the worst that any rule says of each.
        type: path
notes:
  - Reports hold text from the clouds. Read them back with P(ansible.builtin.file#lookup) and
    P(ansible.builtin.from_json#filter), never with M(ansible.builtin.include_vars), which evaluates such text as
    templates.
seealso:
  - module: multicloud.secrets.alibaba_apig_secrets_info
  - module: multicloud.secrets.alibaba_kms_secrets_info
  - module: multicloud.secrets.tencent_ssm_secrets_info
  - name: The rule language
    description: Every field, operator and statement, with examples.
    link: https://github.com/multicloud-secrets/multicloud.secrets/blob/main/docs/rules.md
  - name: The cookbook
    description: Eleven questions of a security team, and the rules that ask them.
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

- name: Show the findings, one line for each
  ansible.builtin.debug:
    var: audit.lines

- name: Fail if the verdict is not pass
  ansible.builtin.assert:
    that: audit.verdict == 'pass'
    quiet: true

- name: Judge by a rule file in YAML, and name the stores that must be there
  multicloud.secrets.secrets_audit:
    inventories: [inventory/*.jsonl]
    rules: rules.yml
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
judged:
  description: Whether inventories were judged. V(false) with O(check_only), and before the last batch of a play.
  type: bool
  returned: success
  sample: true
inventories:
  description: The inventories that were judged.
  type: list
  elements: str
  returned: success
  sample: [inventory/localhost.tencent_ssm-1.jsonl]
verdict:
  description:
    - V(fail) if a finding of severity O(fail_on) or higher failed, else V(unknown) if one is unknown, else V(pass).
  type: str
  returned: success
  sample: fail
note:
  description:
    - What is to be known before RV(verdict) is read, or empty. Without rules it says that only completeness was judged.
  type: str
  returned: success
  sample: ''
as_of:
  description: The time from which ages were measured.
  type: str
  returned: success
  sample: '2026-11-21T00:00:00Z'
summary:
  description: The numbers of the result.
  type: dict
  returned: success
  contains:
    secrets:
      description: The number of judged secrets.
      type: int
      sample: 1204
    stores:
      description: The number of stores with each status.
      type: dict
      sample: {complete: 25, partial: 0, failed: 1, not_offered: 1, stale: 0, missing: 0}
    rules:
      description: The number of rules with each verdict.
      type: dict
      sample: {error: 0, fail: 1, unknown: 1, waived: 0, pass: 5, not_applicable: 1}
    checks:
      description: The number of checks of secrets, stores and groups of stores with each verdict.
      type: dict
      sample: {error: 0, fail: 3, unknown: 2, waived: 1, pass: 6011, not_applicable: 420}
    findings:
      description: The number of findings of each severity with each verdict.
      type: dict
      sample: {critical: {error: 0, fail: 1, unknown: 0, waived: 0}}
    idle_rules:
      description: The rules that judged nothing. Check that they are what you mean.
      type: list
      elements: str
      sample: [rotation-period]
    new:
      description: The number of findings that O(previous) lacks or has as less grave, waived ones left out. Null without O(previous), as the next three.
      type: int
      sample: 1
    still:
      description: The number of findings that it has, too.
      type: int
      sample: 12
    fixed:
      description: The number of its findings that are no more.
      type: int
      sample: 2
    not_comparable:
      description: The number of findings of both of which none of this can be said, see RV(compared).
      type: int
      sample: 0
lines:
  description:
    - The result for people, at most 20 lines for a terminal. Characters that could forge lines are escaped.
  type: list
  elements: str
  returned: success
  sample:
    - 'FAIL as of 2026-11-21T00:00:00Z, failing on low and above: 1 fail, 6011 pass, 420 not applicable'
    - 'ledger: 1204 secrets; stores: 26 complete, 1 not offered'
    - 'high no-pending-deletion: 1 fail - No secret waits for its deletion'
    - '  fail tencent_ssm/prod/ap-guangzhou/db-main: waits for deletion on 2026-11-24 (in 3 days)'
    - 'report: secrets-report/report.md (also: json)'
findings:
  description:
    - Failed, unknown and waived findings, the worst first, at most O(max_findings). RV(findings_total) is the number of all.
  type: list
  elements: dict
  returned: success
  contains:
    rule: &rule_id
      description: The rule's id.
      type: str
      sample: no-pending-deletion
    severity:
      description: The rule's severity.
      type: str
      sample: high
    verdict:
      description: V(fail), V(unknown), V(waived), or V(error) if the judging itself failed.
      type: str
      sample: fail
    subject:
      description: The secret, store or group, as provider/account/region/name. Parts that do not apply are empty.
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
      description: The owner, from the owners of the rule file, from the tag that its V(owner_tag) names, or from the rule.
      type: str
      sample: team-data
    message:
      description: One sentence for people, in plain words or in those of the rule's C(message). RV(findings[].evidence) has the comparison.
      type: str
      sample: waits for deletion on 2026-11-24 (in 3 days)
    evidence:
      description: The fields that decided, at most 8. Long values are cut.
      type: list
      elements: dict
      sample: [{field: status, actual: pending_delete, expected: 'not_in ["pending_delete", "deleted"]'}]
    waiver:
      description:
        - The waiver that excuses it. If RV(findings[].verdict) is V(fail), the expired waiver. Null if
          there is none.
      type: dict
      sample: null
      contains:
        reason:
          description: The reason.
          type: str
          sample: The vendor's client cannot reload passwords; replaced in spring.
        owner:
          description: The person or team that answers for it.
          type: str
          sample: database team
        expires:
          description: Its last day, UTC.
          type: str
          sample: '2026-12-31'
        ticket:
          description: The ticket of the decision, or null.
          type: str
          sample: SEC-1024
    fingerprint:
      description: The same in every run for one rule and one subject. A number at its end tells apart several findings of both.
      type: str
      sample: 894e7ee6fec5ed728b145c876908bf5b:1
    since:
      description: The time of the first report that has the finding, as far as O(previous) tells, or null without one.
      type: str
      sample: '2026-11-20T00:00:00Z'
    new:
      description: Whether O(previous) lacks the finding, or has it as less grave. Null if they cannot be compared.
      type: bool
      sample: false
organizations:
  description:
    - How much of each organization was listed, by the name of its entry, C(name). C(members) of its accounts were to be listed.
      C(entered) of them could be, wholly or in part, C(refused) could not. C(excluded) are left out by the entry.
      C(complete) is whether all members are known.
  type: list
  elements: dict
  returned: when an inventory tells of an organization
  sample: [{provider: alibaba_apig, name: company, complete: true, members: 40, entered: 39, refused: 1, excluded: 2}]
compared:
  description:
    - The earlier report that was compared, or null. C(as_of) is its time. C(not_comparable) has the reasons why findings cannot be
      compared, each with their number.
  type: dict
  returned: success
  sample: {as_of: '2026-11-20T00:00:00Z', not_comparable: [{reason: store tencent_ssm/prod/ap-guangzhou is not listed completely, findings: 2}]}
fixed:
  description: Findings of O(previous) that are no more, the gravest first. At most O(max_findings) are returned, and reports have 1,000.
  type: list
  elements: dict
  returned: success
  sample: []
  contains:
    fingerprint:
      description: Its fingerprint.
      type: str
      sample: 894e7ee6fec5ed728b145c876908bf5b:1
    rule: *rule_id
    severity:
      description: The rule's severity then.
      type: str
      sample: high
    subject:
      description: What it was about.
      type: str
      sample: tencent_ssm/prod/ap-guangzhou/db
    since:
      description: The time of the first report that had it.
      type: str
      sample: '2026-11-20T00:00:00Z'
owners:
  description:
    - Whose the findings are, the worst off first, at most 1,000. C(owner) is null for those of nobody, C(worst) the gravest severity
      that fails. Empty if nobody owns any.
  type: list
  elements: dict
  returned: success
  sample: [{owner: team-data, worst: high, error: 0, fail: 1, unknown: 0, waived: 0}]
findings_total:
  description: The number of all findings, waived ones included.
  type: int
  returned: success
  sample: 1
details:
  description:
    - The details that rules, owners and reports read and a listing does not tell, by service. They are words of the option
      O(ignore:details) of the listing modules. A service of which they read none is not there. Of the reports, V(html) and V(secrets) read some.
    - It is told with O(check_only), too, so that what is needed can be asked for before anything is listed.
  type: dict
  returned: success
  sample: {tencent_ssm: [tags]}
rules:
  description:
    - Each rule with its verdict, its checks, and its file and line, or null.
    - C(not_judged) counts what the rule covers and could not judge. C(never) are secrets of clouds that never offer the fields
      that it reads. C(empty_scope) are patterns in its scopes that fit no store. C(filtered) are stores that a filter narrowed.
      C(reason) says it in words.
    - C(digest) stays the same as long as the rule finds the same. Its title, severity and owner do not count.
    - "Built-in rules are V(collection-complete) (critical: every store was listed completely) and V(inventory-superseded) (info: a
      store is in two inventories). Without O(allow_empty) there is V(fleet-empty) (critical: there is no secret at all). If
      C(names) were asked for, there is V(name-missing) (critical: an account has no secret of that name). With O(waivers) there are
      V(waiver-broad) (medium: a waiver excuses any name, or more than 50 findings), V(waiver-expiring) (info: a waiver that is needed
      is over or ends soon, see O(notice)) and V(waiver-unused) (info: a waiver no longer matches a finding)."
  type: list
  elements: dict
  returned: success
  sample:
    - id: no-pending-deletion
      title: No secret waits for its deletion
      severity: high
      verdict: fail
      checks: {error: 0, fail: 1, unknown: 0, waived: 0, pass: 1203, not_applicable: 0}
      not_judged: {never: 0, empty_scope: 0, filtered: 0, reason: ''}
      owner: null
      remediation: null
      references: []
      digest: 0d6be69b264717f2
      file: rules.yml
      line: 2
stores:
  description:
    - The ledger, a row for each store that is in an inventory or required. C(reason) says why one is not complete, in the
      cloud's words, C(hint) what to do about it, if that is known.
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
      hint: null
reports:
  description: The written reports, with their paths.
  type: dict
  returned: success
  sample: {markdown: report.md}
by_owner:
  description:
    - The reports of each owner in O(by_owner), by name. C(owner) is null for findings of nobody.
  type: list
  elements: dict
  returned: success
  sample: [{owner: payments, csv: owners/owner-payments.csv, markdown: owners/owner-payments.md}]
error:
  description: The fault of the input.
  type: dict
  returned: failure
  sample: {kind: argument, code: null, message: 'inventories: x/*.jsonl matches no file', http_status: null, request_id: null, hint: null}
rule_errors:
  description: Every error in the rules and waivers. V(rule) is the rule's id, or the place of an entry without one.
  type: list
  elements: dict
  returned: when the rules or waivers have errors
  sample: [{file: rules.json, rule: no-pending-deletion, path: expect.statuss, message: 'unknown field ''statuss''; did you mean status?'}]
"""

from ansible_collections.multicloud.secrets.plugins.module_utils._audit import task
from ansible_collections.multicloud.secrets.plugins.module_utils._core.clock import Clock
from ansible_collections.multicloud.secrets.plugins.module_utils._core.module_exit import CarefulModule
from ansible_collections.multicloud.secrets.plugins.module_utils._report.formats import FORMATS
from ansible_collections.multicloud.secrets.plugins.module_utils._report.language import LANGUAGES
from ansible_collections.multicloud.secrets.plugins.module_utils._services import SCHEMAS

STORE = {
    "provider": {"type": "str", "required": True},
    "account": {"type": "str", "required": True},
    "region": {"type": "str"},
}
ARGUMENT_SPEC = {
    "inventories": {"type": "list", "elements": "path"},
    "rules": {"type": "raw", "default": []},
    "packs": {"type": "list", "elements": "str"},
    "params": {"type": "dict"},
    "waivers": {"type": "raw", "default": []},
    "baselines": {"type": "dict"},
    "stores": {"type": "list", "elements": "dict", "options": STORE},
    "collected": {"type": "list", "elements": "str"},
    "hosts": {"type": "list", "elements": "str"},
    "check_only": {"type": "bool", "default": False},
    "show": {"type": "bool", "default": False},
    "fleets": {"type": "list", "elements": "str"},
    "as_of": {"type": "str"},
    "max_age": {"type": "str", "default": "24h"},
    "fail_on": {"type": "str", "choices": ["critical", "high", "medium", "low", "info"], "default": "low"},
    "previous": {"type": "path"},
    "fail_on_new": {"type": "bool", "default": False},
    "history": {"type": "path"},
    "notice": {"type": "str", "default": "14d"},
    "allow_empty": {"type": "bool", "default": False},
    "max_findings": {"type": "int", "default": 100},
    "console_url": {"type": "dict"},
    "language": {"type": "str", "choices": list(LANGUAGES), "default": LANGUAGES[0]},
    "dest": {"type": "path"},
    "by_owner": {"type": "path"},
    "report_dir": {"type": "path"},
    "report_formats": {"type": "list", "elements": "str", "choices": list(FORMATS)},
    "reports": {"type": "dict", "options": {name: {"type": "path"} for name in FORMATS}},
}


def main() -> None:
    """Entry point of the module."""
    task.run(CarefulModule(ARGUMENT_SPEC, supports_check_mode=True), SCHEMAS, Clock())


if __name__ == "__main__":
    main()
