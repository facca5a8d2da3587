# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The script of the HTML page: lists with search, filters, order and pages, whose state is in the address. It sets text, never markup."""

from __future__ import annotations

SCRIPT = r"""
"use strict";
(() => {
  const PAGE = 50;
  const LONGEST_NAME = 160;
  const MOST_PRINTED = 1000;
  const MOST_OPEN = 200;
  const data = JSON.parse(document.getElementById("data").textContent);
  const at = (id) => document.getElementById(id);
  const ruleOf = (finding) => data.rules[finding.rule];

  // Texts and words of ours in the language of the page. English stands here.
  const texts = data.texts ?? {};
  const say = (text, values = {}) => (texts[text] ?? text).replace(/\{(\w+)\}/g, (_, key) => (key === "s" ? (values.count === "1" ? "" : "s") : values[key]));
  const wordOf = (word) => (Object.hasOwn(texts, word) ? texts[word] : word.replace("_", " "));

  const make = (tag, properties, ...children) => {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(...children.filter((child) => child !== null));
    return element;
  };
  const cut = (text) => (text.length > LONGEST_NAME ? text.slice(0, LONGEST_NAME) + "…" : text);
  const number = (count) => count.toLocaleString("en");
  const placeOf = (item) => [item.provider, item.account, item.region].filter(Boolean).join(" / ");
  const badge = (verdict) => make("span", { className: `badge ${verdict}`, textContent: wordOf(verdict) });

  const link = (text, label = text) => {
    if (!/^https?:\/\//.test(text)) return make("span", { textContent: label });
    return make("a", { href: text, rel: "noopener noreferrer", textContent: label });
  };
  const consoleOf = (item) => {
    const template = Object.hasOwn(data.consoles, item.provider) ? data.consoles[item.provider] : "";
    if (!template || !item.name) return null;
    return template.replace(/\{(\w+)\}/g, (_, key) => encodeURIComponent((key === "id" ? item.id ?? item.name : item[key]) ?? ""));
  };

  // A list of a part. facets: what one can filter by: a label, the value of an item, what an empty value stands for, and the order
  // of values where it is not that of letters. textOf: what the search looks at. draw: shows some of the items.
  const list = ({ part, word, items, facets, textOf, placeholder, draw, orders }) => {
    const of = (name) => at(`${part}-${name}`);
    const search = make("input", { type: "search", id: `${part}-search`, autocomplete: "off", spellcheck: false, placeholder });
    const texts = new Map();
    const read = (item) => {
      if (!texts.has(item)) texts.set(item, textOf(item).join("\n").toLowerCase());
      return texts.get(item);
    };
    let shown = items;
    let page = 0;
    let order = "";

    const chosen = () => Object.entries(facets).filter(([, facet]) => facet.select.value !== "");
    const valueOf = (facet) => facet.values[Number(facet.select.value)];

    const paint = () => {
      const first = page * PAGE;
      const last = Math.min(first + PAGE, shown.length);
      draw(shown.slice(first, last), order);
      const from = shown.length === items.length ? "" : say(", filtered from {all}", { all: number(items.length) });
      const counts = { first: number(first + 1), last: number(last), count: number(shown.length) };
      of("status").textContent = shown.length ? say(`{first}–{last} of {count} ${word}{s}`, counts) + from : say(`No ${word} matches.`);
      of("pages").hidden = shown.length <= PAGE;
      of("page").textContent = say("Page {page} of {all}", { page: number(page + 1), all: number(Math.max(1, Math.ceil(shown.length / PAGE))) });
      of("previous").setAttribute("aria-disabled", String(page === 0));
      of("next").setAttribute("aria-disabled", String(last >= shown.length));
      of("clear").hidden = !search.value && !chosen().length;
    };

    const filter = () => {
      const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
      const wanted = chosen().map(([, facet]) => [facet.of, valueOf(facet)]);
      shown = items.filter((item) => wanted.every(([get, value]) => get(item) === value) && words.every((each) => read(item).includes(each)));
      const [name, back] = order.startsWith("-") ? [order.slice(1), -1] : [order, 1];
      if (name) {
        const get = orders[name];
        const rank = (a, b) => (typeof a === "number" && typeof b === "number" ? a - b : String(a).localeCompare(String(b), "en"));
        const empty = (value) => value === undefined || value === "";
        shown.sort((a, b) => {
          const [x, y] = [get(a), get(b)];
          return empty(x) || empty(y) ? Number(empty(x)) - Number(empty(y)) : back * rank(x, y);
        });
      }
    };

    // The address holds what was chosen, so that a colleague sees the same.
    const address = () => {
      const state = new URLSearchParams();
      if (search.value) state.set("q", search.value);
      for (const [name, facet] of chosen()) state.set(name, valueOf(facet));
      if (order) state.set("order", order);
      if (page) state.set("page", String(page + 1));
      const text = state.toString();
      history.replaceState(null, "", `#${part}${text ? `?${text}` : ""}`);
    };
    const apply = () => { page = 0; filter(); paint(); address(); };

    const restore = (state) => {
      search.value = state.get("q") ?? "";
      let left = false;
      for (const [name, facet] of Object.entries(facets)) {
        const index = state.has(name) ? facet.values.indexOf(state.get(name)) : -1;
        facet.select.value = index < 0 ? "" : String(index);
        left ||= state.has(name) && index < 0;
      }
      const wanted = state.get("order") ?? "";
      order = orders && Object.hasOwn(orders, wanted.replace("-", "")) ? wanted : "";
      filter();
      if (left) shown = [];  // what the address asks for is not on this page
      page = Math.min(Math.max(Number(state.get("page")) - 1 || 0, 0), Math.max(Math.ceil(shown.length / PAGE) - 1, 0));
      paint();
      const heading = at(part);
      heading.scrollIntoView();
      heading.focus({ preventScroll: true });
    };

    const turn = (by) => {
      if (shown[(page + by) * PAGE] === undefined) return;
      page += by;
      paint();
      address();
      at(part).scrollIntoView();
    };

    of("tools").append(make("div", { className: "search" }, make("label", { htmlFor: search.id, textContent: say("Search") }), search));
    const filters = make("div", { className: "filters" });
    for (const [name, facet] of Object.entries(facets)) {
      const counts = new Map();
      for (const item of items) counts.set(facet.of(item), (counts.get(facet.of(item)) ?? 0) + 1);
      const values = facet.order ?? [...counts.keys()].sort();
      facet.values = values.filter((value) => counts.has(value));
      const told = (value) => (facet.order ? wordOf(value) : value) || say(facet.empty ?? "several");
      const options = facet.values.map((value, index) => make("option", { value: index, textContent: `${told(value)} (${number(counts.get(value))})` }));
      facet.select = make("select", { id: `${part}-${name}` }, make("option", { value: "", textContent: say("all") }), ...options);
      facet.select.addEventListener("change", apply);
      const box = make("div", {}, make("label", { htmlFor: facet.select.id, textContent: say(facet.label) }), facet.select);
      box.hidden = facet.values.length < 2 && Boolean(facet.optional);
      filters.append(box);
    }
    const fold = make("details", { className: "fold", open: innerWidth > 736 }, make("summary", { textContent: say("Filters") }), filters);
    of("tools").append(fold);
    search.addEventListener("input", apply);
    of("clear").addEventListener("click", () => {
      search.value = "";
      Object.values(facets).forEach((facet) => { facet.select.value = ""; });
      apply();
      search.focus();
    });
    of("previous").addEventListener("click", () => turn(-1));
    of("next").addEventListener("click", () => turn(1));
    of("live").hidden = false;
    filter();
    paint();
    return { restore, paint, all: () => shown, sort: (name) => { order = order === name ? `-${name}` : name; apply(); } };
  };

  // --- findings ---

  const evidence = (rows) => {
    const head = make("tr", {}, ...["Field", "Is", "Expected"].map((text) => make("th", { scope: "col", textContent: say(text) })));
    const body = rows.map((cells) => make("tr", {}, ...cells.map((text) => make("td", {}, make("code", { textContent: text })))));
    return make("table", {}, make("caption", { className: "unseen", textContent: say("Evidence") }), make("thead", {}, head), make("tbody", {}, ...body));
  };

  const details = (finding) => {
    const rule = ruleOf(finding);
    const facts = [
      ["In full", finding.message === cut(finding.message) ? "" : finding.message],
      ["Rule", `${rule.title} (${finding.rule})`],
      ["Secret", finding.name],
      ["Id", finding.id],
      ["Owner", finding.owner],
      ["Waiver", finding.waiver],
      ["Since", finding.since && finding.since + (finding.new ? ` (${wordOf("new")})` : "")],
      ["Fingerprint", finding.fingerprint],
      ["What to do", rule.remediation],
    ];
    const told = make("dl", {});
    for (const [label, text] of facts) {
      if (text) told.append(make("dt", { textContent: say(label) }), make("dd", { textContent: text }));
    }
    const target = consoleOf(finding);
    if (target) told.append(make("dt", { textContent: say("Console") }), make("dd", {}, link(target, say("open the secret"))));
    for (const reference of rule.references) told.append(make("dt", { textContent: say("See") }), make("dd", {}, link(reference)));
    return make("div", { className: "more" }, told, finding.evidence ? evidence(finding.evidence) : null);
  };

  const block = (finding) => {
    const mark = make("span", {}, badge(finding.verdict), make("span", { className: "severity", textContent: wordOf(ruleOf(finding).severity) }));
    const name = finding.name || finding.id;
    const about = finding.region ? "the store as a whole" : placeOf(finding) ? "several stores" : "the fleet";
    const whole = make("span", { className: "whole", textContent: say(about) });
    const what = make("span", { className: "name" }, name ? make("code", { textContent: cut(name) }) : whole,
      make("span", { className: "place", textContent: cut(placeOf(finding)) }));
    const from = make("span", { className: "place" }, [finding.rule, finding.owner && cut(finding.owner)].filter(Boolean).join(" · "));
    if (finding.new) from.append(" · ", make("b", { textContent: wordOf("new") }));
    const says = make("span", { className: "says" }, cut(finding.message), from);
    const made = make("details", {}, make("summary", {}, mark, what, says));
    made.addEventListener("toggle", () => { if (made.children.length === 1) made.append(details(finding)); });
    return make("li", {}, made);
  };

  const news = (finding) => (finding.new === true ? "new" : finding.new === false ? "still there" : finding.since ? "not comparable" : "");
  const findings = () => list({
    part: "findings",
    word: "finding",
    items: data.findings,
    facets: {
      verdict: { label: "Verdict", of: (finding) => finding.verdict, order: data.verdicts },
      severity: { label: "Severity", of: (finding) => ruleOf(finding).severity, order: data.severities },
      rule: { label: "Rule", of: (finding) => finding.rule },
      provider: { label: "Provider", of: (finding) => finding.provider ?? "" },
      account: { label: "Account", of: (finding) => finding.account ?? "" },
      region: { label: "Region", of: (finding) => finding.region ?? "" },
      owner: { label: "Owner", of: (finding) => finding.owner ?? "", empty: "nobody", optional: true },
      new: { label: "Since the last report", of: news, order: ["", "new", "not comparable", "still there"], empty: "not compared", optional: true },
    },
    textOf: (finding) => {
      const { rule, provider, account, region, name, id, owner, message } = finding;
      return [rule, ruleOf(finding).title, provider, account, region, name, id, owner, message];
    },
    placeholder: say("Name, rule, owner, message …"),
    draw: (some) => at("findings-list").replaceChildren(...some.map(block)),
  });

  // On paper there are no pages: all findings that fit the filters, as far as a printer has patience.
  let isPrinting = false;
  const printing = (made) => (on) => {
    if (on === isPrinting) return;
    isPrinting = on;
    if (on) {
      const blocks = made.all().slice(0, MOST_PRINTED).map(block);
      if (blocks.length <= MOST_OPEN) blocks.forEach((each, index) => {
        each.firstChild.append(details(made.all()[index]));
        each.firstChild.open = true;
      });
      at("findings-list").replaceChildren(...blocks);
      const rest = made.all().length - blocks.length;
      at("findings-unprinted").textContent = say("and {count} more finding{s}, which the JSON and CSV reports have", { count: number(rest) });
      at("findings-unprinted").hidden = rest === 0;
    } else {
      at("findings-unprinted").hidden = true;
      made.paint();
    }
  };

  // --- secrets ---

  const due = (days) => (days === undefined ? "" : days < 0 ? say("{days} d overdue", { days: number(-days) }) : say("in {days} d", { days: number(days) }));
  const columns = {
    name: ["Secret", (secret) => secret.name ?? secret.id],
    verdict: ["Verdict", (secret) => String([...data.verdicts, "pass", "not_applicable"].indexOf(secret.verdict))],
    age: ["Age", (secret) => secret.days],
    rotation: ["Rotation", (secret) => secret.rotates],
    deletion: ["Deletion", (secret) => secret.deletes],
    key: ["Key", (secret) => secret.key],
    owner: ["Owner", (secret) => secret.owner],
    tags: ["Tags", (secret) => secret.tags],
    used: ["Used by", (secret) => secret.used],
  };

  const row = (secret) => {
    const name = make("code", { textContent: cut(secret.name ?? secret.id ?? "") });
    const target = consoleOf(secret);
    const named = target ? make("a", { href: target, rel: "noopener noreferrer" }, name) : name;
    const about = [placeOf(secret), secret.kind, secret.status && say(secret.status)].filter(Boolean).join(" / ");
    const said = make("td", {}, badge(secret.verdict));
    if (secret.rules) said.append(make("span", { className: "place", textContent: cut(secret.rules.join(", ")) }));
    const { days, rotates, deletes, key, owner, tags, used } = secret;
    const rest = [days === undefined ? "" : say("{days} d", { days: number(days) }), due(rotates), due(deletes), key, owner, tags, used];
    return make("tr", {}, make("th", { scope: "row" }, named, make("span", { className: "place", textContent: cut(about) })), said,
      ...rest.map((text) => make("td", { textContent: cut(text ?? "") })));
  };

  const secrets = () => {
    const heads = Object.entries(columns).map(([name, [label]]) => {
      const button = make("button", { type: "button", textContent: say(label) });
      button.addEventListener("click", () => made.sort(name));
      return [name, make("th", { scope: "col" }, button)];
    });
    at("secrets-head").append(...heads.map(([, cell]) => cell));
    const spans = (key) => (secret) => secret[key];
    const made = list({
      part: "secrets",
      word: "secret",
      items: data.secrets,
      facets: {
        verdict: { label: "Verdict", of: (secret) => secret.verdict, order: [...data.verdicts, "pass", "not_applicable"] },
        account: { label: "Account", of: (secret) => secret.account ?? "" },
        age: { label: "Age", of: spans("age"), order: data.spans.age },
        rotation: { label: "Rotation", of: spans("rotation"), order: data.spans.rotation },
        deletion: { label: "Deletion", of: spans("deletion"), order: data.spans.deletion },
        owner: { label: "Owner", of: (secret) => secret.owner ?? "", empty: "nobody", optional: true },
      },
      textOf: (secret) => {
        const { name, id, kind, status, key, owner, tags, used, rules = [] } = secret;
        return [name, id, placeOf(secret), kind, status, status && say(status), key, owner, tags, used, ...rules];
      },
      placeholder: say("Name, account, tag, key, rule …"),
      draw: (some, order) => {
        at("secrets-list").replaceChildren(...some.map(row));
        for (const [name, cell] of heads) {
          cell.ariaSort = order === name ? "ascending" : order === `-${name}` ? "descending" : "none";
        }
      },
      orders: Object.fromEntries(Object.entries(columns).map(([name, [, get]]) => [name, get])),
    });
    return made;
  };

  // --- the page ---

  const theme = () => {
    const root = document.documentElement;
    const system = matchMedia("(prefers-color-scheme: dark)");
    const isDark = () => (root.dataset.theme ?? (system.matches ? "dark" : "light")) === "dark";
    const label = () => { at("theme").textContent = say(isDark() ? "Light" : "Dark"); };
    at("theme").addEventListener("click", () => { root.dataset.theme = isDark() ? "light" : "dark"; label(); });
    system.addEventListener("change", label);
    at("theme").hidden = false;
    label();
  };

  theme();
  const lists = {};
  if (data.findings.length) lists.findings = findings();
  if (data.secrets.length) lists.secrets = secrets();
  if (lists.findings) {
    const print = printing(lists.findings);
    const paper = matchMedia("print");
    paper.addEventListener("change", () => print(paper.matches));
    addEventListener("beforeprint", () => print(true));
    addEventListener("afterprint", () => print(false));
  }
  const visit = () => {
    const [part, state] = location.hash.slice(1).split("?");
    if (state !== undefined && Object.hasOwn(lists, part)) lists[part].restore(new URLSearchParams(state));
  };
  addEventListener("hashchange", visit);
  visit();
})();
"""
