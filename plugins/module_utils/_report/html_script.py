# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The script of the HTML page: filters, search and pages over the findings. It sets text, never markup."""

from __future__ import annotations

SCRIPT = r"""
"use strict";
(() => {
  const PAGE = 50;
  const LONGEST_NAME = 160;
  const data = JSON.parse(document.getElementById("data").textContent);
  const at = (id) => document.getElementById(id);
  const ruleOf = (finding) => data.rules[finding.rule];

  const make = (tag, properties, ...children) => {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(...children.filter((child) => child !== null));
    return element;
  };
  const cut = (text) => (text.length > LONGEST_NAME ? text.slice(0, LONGEST_NAME) + "…" : text);
  const number = (count) => count.toLocaleString("en");

  // What one can filter by: a label, the value of a finding, and the order of values where it is not that of letters.
  const facets = {
    verdict: { label: "Verdict", of: (finding) => finding.verdict, order: data.verdicts },
    severity: { label: "Severity", of: (finding) => ruleOf(finding).severity, order: data.severities },
    rule: { label: "Rule", of: (finding) => finding.rule },
    provider: { label: "Provider", of: (finding) => finding.provider ?? "" },
    account: { label: "Account", of: (finding) => finding.account ?? "" },
    region: { label: "Region", of: (finding) => finding.region ?? "" },
  };
  const search = make("input", { type: "search", id: "search", autocomplete: "off", spellcheck: false, placeholder: "Name, rule, owner, message …" });
  let shown = data.findings;
  let page = 0;

  const texts = new Map();
  const textOf = (finding) => {
    if (!texts.has(finding)) {
      const { rule, provider, account, region, name, id, owner, message } = finding;
      texts.set(finding, [rule, ruleOf(finding).title, provider, account, region, name, id, owner, message].join("\n").toLowerCase());
    }
    return texts.get(finding);
  };

  const chosen = () => Object.values(facets).filter((facet) => facet.select.value !== "");

  const apply = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const wanted = chosen().map((facet) => [facet.of, facet.values[Number(facet.select.value)]]);
    shown = data.findings.filter(
      (finding) => wanted.every(([of, value]) => of(finding) === value) && words.every((word) => textOf(finding).includes(word)),
    );
    page = 0;
    draw();
  };

  const clear = () => {
    search.value = "";
    Object.values(facets).forEach((facet) => { facet.select.value = ""; });
  };

  const evidence = (rows) => {
    const head = make("tr", {}, ...["Field", "Is", "Expected"].map((text) => make("th", { scope: "col", textContent: text })));
    const body = rows.map((cells) => make("tr", {}, ...cells.map((text) => make("td", {}, make("code", { textContent: text })))));
    return make("table", {}, make("caption", { className: "unseen", textContent: "Evidence" }), make("thead", {}, head), make("tbody", {}, ...body));
  };

  const link = (text) => {
    if (!/^https?:\/\//.test(text)) return make("span", { textContent: text });
    return make("a", { href: text, rel: "noopener noreferrer", textContent: text });
  };

  const details = (finding) => {
    const rule = ruleOf(finding);
    const facts = [
      ["Rule", `${rule.title} (${finding.rule})`],
      ["Secret", finding.name],
      ["Id", finding.id],
      ["Owner", finding.owner],
      ["Waiver", finding.waiver],
      ["Since", finding.since && finding.since + (finding.new ? " (new)" : "")],
      ["Fingerprint", finding.fingerprint],
      ["What to do", rule.remediation],
    ];
    const list = make("dl", {});
    for (const [label, text] of facts) {
      if (text) list.append(make("dt", { textContent: label }), make("dd", { textContent: text }));
    }
    for (const reference of rule.references) list.append(make("dt", { textContent: "See" }), make("dd", {}, link(reference)));
    return make("div", { className: "more" }, list, finding.evidence ? evidence(finding.evidence) : null);
  };

  const item = (finding) => {
    const place = [finding.provider, finding.account, finding.region].filter(Boolean).join(" / ");
    const mark = make("span", {}, make("span", { className: `badge ${finding.verdict}`, textContent: finding.verdict }),
      make("span", { className: "severity", textContent: ruleOf(finding).severity }));
    const name = finding.name || finding.id;
    const whole = make("span", { className: "whole", textContent: finding.region ? "the store as a whole" : "several stores" });
    const what = make("span", { className: "name" }, name ? make("code", { textContent: cut(name) }) : whole,
      make("span", { className: "place", textContent: cut(place) }));
    const says = make("span", { className: "says" }, cut(finding.message), make("span", { className: "place", textContent: finding.rule }));
    const block = make("details", {}, make("summary", {}, mark, what, says));
    block.addEventListener("toggle", () => { if (block.children.length === 1) block.append(details(finding)); });
    return make("li", {}, block);
  };

  const draw = () => {
    const first = page * PAGE;
    const last = Math.min(first + PAGE, shown.length);
    at("list").replaceChildren(...shown.slice(first, last).map(item));
    const all = shown.length === data.findings.length ? "" : `, filtered from ${number(data.findings.length)}`;
    at("status").textContent = shown.length ? `${number(first + 1)}–${number(last)} of ${number(shown.length)} findings${all}` : "No finding matches.";
    at("pages").hidden = shown.length <= PAGE;
    at("page").textContent = `Page ${number(page + 1)} of ${number(Math.max(1, Math.ceil(shown.length / PAGE)))}`;
    at("previous").setAttribute("aria-disabled", String(page === 0));
    at("next").setAttribute("aria-disabled", String(last >= shown.length));
    at("clear").hidden = !search.value && !chosen().length;
  };

  const turn = (by) => {
    if (shown[(page + by) * PAGE] === undefined) return;
    page += by;
    draw();
    at("findings").scrollIntoView();
  };

  const build = () => {
    at("tools").append(make("div", { className: "search" }, make("label", { htmlFor: "search", textContent: "Search" }), search));
    for (const [name, facet] of Object.entries(facets)) {
      const counts = new Map();
      for (const finding of data.findings) counts.set(facet.of(finding), (counts.get(facet.of(finding)) ?? 0) + 1);
      const order = facet.order ?? [...counts.keys()].sort();
      facet.values = order.filter((value) => counts.has(value));
      const options = facet.values.map((value, index) => make("option", { value: index, textContent: `${value || "several"} (${number(counts.get(value))})` }));
      facet.select = make("select", { id: `filter-${name}` }, make("option", { value: "", textContent: "all" }), ...options);
      facet.select.addEventListener("change", apply);
      const label = make("label", { htmlFor: `filter-${name}`, textContent: facet.label });
      at("tools").append(make("div", {}, label, facet.select));
    }
    search.addEventListener("input", apply);
    at("clear").addEventListener("click", () => { clear(); apply(); search.focus(); });
    at("previous").addEventListener("click", () => turn(-1));
    at("next").addEventListener("click", () => turn(1));
    document.querySelectorAll("a[data-rule]").forEach((anchor) => anchor.addEventListener("click", () => {
      clear();
      for (const [name, value] of Object.entries(anchor.dataset)) {
        const index = facets[name].values.indexOf(value);
        facets[name].select.value = index < 0 ? "" : String(index);
      }
      apply();
      at("findings").focus({ preventScroll: true });
    }));
    at("live").hidden = false;
  };

  const theme = () => {
    const root = document.documentElement;
    const system = matchMedia("(prefers-color-scheme: dark)");
    const isDark = () => (root.dataset.theme ?? (system.matches ? "dark" : "light")) === "dark";
    const label = () => { at("theme").textContent = isDark() ? "Light" : "Dark"; };
    at("theme").addEventListener("click", () => { root.dataset.theme = isDark() ? "light" : "dark"; label(); });
    system.addEventListener("change", label);
    at("theme").hidden = false;
    label();
  };

  theme();
  if (data.findings.length) {
    build();
    draw();
  }
})();
"""
