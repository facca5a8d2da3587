# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The style of the HTML page. Every colour stands once, for light and dark; a verdict is never told by colour alone."""

from __future__ import annotations

STYLE = r"""
:root {
  color-scheme: light dark;
  --paper: light-dark(#f6f6f3, #101214);
  --card: light-dark(#ffffff, #171a1d);
  --sunk: light-dark(#efefeb, #1e2226);
  --ink: light-dark(#191b1f, #e9eaec);
  --soft: light-dark(#565c66, #a3abb5);
  --line: light-dark(#dfdfda, #2b3036);
  --edge: light-dark(#8a8f98, #6d7681);
  --accent: light-dark(#2b4ba8, #9db4ff);
  --error: light-dark(#8c1a6a, #f3a0d6);
  --fail: light-dark(#b3261e, #ff9a8d);
  --unknown: light-dark(#855300, #f0bf62);
  --waived: light-dark(#4f568f, #b3b9f2);
  --pass: light-dark(#1c6b45, #7ad3a3);
  --not_applicable: light-dark(#62676f, #9aa2ac);
  --sans: ui-sans-serif, system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", Arial, sans-serif;
  --mono: ui-monospace, "SF Mono", "Cascadia Mono", "Segoe UI Mono", "Roboto Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace;
}
:root[data-theme="light"] { color-scheme: light; }
:root[data-theme="dark"] { color-scheme: dark; }
*, *::before, *::after { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; scroll-padding-top: 1.5rem; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 400 1rem/1.5 var(--sans); font-variant-numeric: tabular-nums; }
.page { max-width: 74rem; margin: 0 auto; padding: 1.5rem clamp(1rem, 4vw, 3rem) 4rem; }
h1, h2, p, dl, dd, ol, ul, table { margin: 0; padding: 0; }
code, .mono { font-family: var(--mono); font-size: .9em; overflow-wrap: anywhere; unicode-bidi: isolate; }
a { color: var(--accent); text-underline-offset: .2em; text-decoration-thickness: 1px; }
a:hover { text-decoration-thickness: 2px; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 3px; }
[hidden] { display: none !important; }
.skip {
  position: absolute; left: 1rem; top: -4rem; padding: .5rem 1rem; background: var(--card); border: 1px solid var(--edge);
  border-radius: 6px; z-index: 9;
}
.skip:focus { top: 1rem; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }

/* --- the verdict --- */
.bar { display: flex; align-items: center; gap: 1rem; color: var(--soft); font-size: .875rem; }
.bar strong { color: var(--ink); font-weight: 600; }
.bar nav { margin-left: auto; display: flex; gap: 1.25rem; }
.bar nav a { color: var(--soft); text-decoration: none; }
.bar nav a:hover { color: var(--ink); text-decoration: underline; }
.verdict {
  display: grid; grid-template-columns: minmax(0, 3fr) minmax(0, 2fr); gap: 2rem 4rem; align-items: end;
  padding: clamp(2rem, 4vw, 3rem) 0 1.75rem;
}
.verdict h1 { font-size: clamp(4rem, 13vw, 8.5rem); line-height: .86; letter-spacing: -.055em; font-weight: 700; margin-left: -.045em; }
.verdict h1 span {
  display: block; font-size: .9375rem; line-height: 1.5; letter-spacing: 0; font-weight: 500; color: var(--soft);
  padding: 0 0 1rem calc(clamp(4rem, 13vw, 8.5rem) * .045);
}
.lead { font-size: 1.125rem; line-height: 1.5; text-wrap: pretty; }
.lead + .lead { margin-top: .5rem; }
.aside { color: var(--soft); font-size: .875rem; margin-top: .875rem; }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(8.5rem, 1fr)); gap: 1px; background: var(--line); border-top: 1px solid var(--line); }
.figures div { padding: .75rem 1.25rem .75rem 0; background: var(--paper); box-shadow: 0 1px var(--paper); }
.figures div + div { padding-left: 1.25rem; }
.figures a { display: block; color: inherit; text-decoration: none; }
.figures a:hover { text-decoration: underline; }
.figures small { display: block; }
.figures + .figures { border-top: 1px solid var(--line); }
section > .scroll + .live { margin-top: 1.25rem; }
.ages { margin-bottom: 1.25rem; }
.history { margin: 0 0 1.25rem; max-width: 44rem; }
.history svg { display: block; width: 100%; height: 6rem; border-bottom: 1px solid var(--line); }
.history figcaption { padding-top: .5rem; font-size: .875rem; color: var(--soft); }
.figures dt { font-size: .8125rem; color: var(--soft); }
.figures dd { font-size: 1.75rem; line-height: 1.25; font-weight: 600; letter-spacing: -.02em; }
.figures small { font-size: .875rem; font-weight: 400; letter-spacing: 0; color: var(--soft); }
.checks { padding-top: .75rem; }
.checks svg { display: block; width: 100%; height: .625rem; border-radius: 99px; background: var(--sunk); }
.checks ul { display: flex; flex-wrap: wrap; gap: .25rem 1.5rem; list-style: none; padding-top: .75rem; font-size: .875rem; color: var(--soft); }
.checks li::before {
  content: ""; display: inline-block; width: .625rem; height: .625rem; margin-right: .5rem; border-radius: 2px;
  background: var(--tone);
}
.checks b { color: var(--ink); font-weight: 600; }
rect { fill: var(--tone); }

.error { --tone: var(--error); } .fail { --tone: var(--fail); } .unknown { --tone: var(--unknown); } .waived { --tone: var(--waived); }
.pass { --tone: var(--pass); } .not_applicable { --tone: var(--not_applicable); }
.verdict h1, .badge { color: var(--tone); }
.badge { display: inline-block; font-size: .8125rem; font-weight: 600; white-space: nowrap; }
.badge::before { content: "\25CF\00A0"; } .fail.badge::before { content: "\2715\00A0"; } .pass.badge::before { content: "\2713\00A0"; }
.unknown.badge::before { content: "?\00A0"; } .waived.badge::before { content: "\2298\00A0"; } .error.badge::before { content: "!\00A0"; }
.not_applicable.badge::before { content: "\2013\00A0"; }

/* --- sections and tables --- */
section { padding-top: 3.5rem; }
h2 { font-size: 1.375rem; line-height: 1.3; letter-spacing: -.015em; font-weight: 650; }
h2:focus { outline: none; }
.what { color: var(--soft); max-width: 44rem; padding: .25rem 0 1.25rem; text-wrap: pretty; }
.scroll {
  position: relative; overflow-x: auto; border-radius: 10px; border: 1px solid var(--line);
  background: linear-gradient(to left, var(--card) 30%, transparent) right / 2.5rem 100% no-repeat local,
    linear-gradient(to left, light-dark(#0002, #0009), transparent) right / .75rem 100% no-repeat scroll, var(--card);
}
table { border-collapse: collapse; width: 100%; font-size: .875rem; }
th, td { text-align: left; padding: .5625rem .875rem; vertical-align: baseline; font-weight: 400; }
th:lang(zh) { word-break: keep-all; }
thead th { font-size: .8125rem; color: var(--soft); border-bottom: 1px solid var(--line); white-space: nowrap; }
tbody tr + tr > * { border-top: 1px solid var(--line); }
.number { text-align: right; }
.zero { color: var(--soft); }
.tight { white-space: nowrap; }
.tight code { display: inline-block; max-width: 22rem; overflow: hidden; text-overflow: ellipsis; vertical-align: bottom; }
.reason { min-width: 14rem; max-width: 34rem; overflow-wrap: anywhere; }
.quiet { color: var(--soft); }
.note { padding: .75rem 0 0; font-size: .875rem; color: var(--soft); }
.rule b { display: block; font-weight: 550; min-width: 14rem; }
.rule small { display: block; }
.hints { margin: 0 0 1.25rem; padding-left: 1.25rem; max-width: 44rem; }
.hints li { padding: .25rem 0; overflow-wrap: anywhere; }
.hints .quiet { display: block; font-size: .875rem; }

/* --- the map --- */
.map { max-height: 85vh; overflow-y: auto; }
.map table { width: auto; }
.map thead tr > * { position: sticky; top: 0; z-index: 2; background: var(--card); }
.map .group th { padding-top: .75rem; font-weight: 600; background: var(--card); }
.map tbody tr:not(.group) th { padding-left: 1.75rem; }
.map th, .map td { padding: 0; border: 0 !important; }
.map thead th { vertical-align: bottom; padding: .875rem 0 .5rem; text-align: center; }
.map thead th a {
  writing-mode: vertical-rl; transform: rotate(180deg); max-height: 12rem; overflow: hidden; text-overflow: ellipsis;
  color: var(--ink); text-decoration: none;
}
.map thead th a:hover { text-decoration: underline; }
.map tbody th {
  position: sticky; left: 0; z-index: 1; background: var(--card); padding: .25rem 1.25rem .25rem .875rem;
  white-space: nowrap; vertical-align: middle;
}
.map tbody tr:last-child > * { padding-bottom: .875rem; }
.map td { padding: 2px; width: 3.25rem; min-width: 3.25rem; height: 2.25rem; vertical-align: middle; }
.map thead th:last-child, .map td:last-child { padding-right: .875rem; }
.map td a, .map td span { display: flex; align-items: center; justify-content: center; height: 2rem; width: 3rem; border-radius: 6px; }
.map td span { background: var(--sunk); opacity: .6; }
.map td a {
  color: var(--ink); text-decoration: none; font-size: .8125rem; font-weight: 600;
  background: color-mix(in srgb, var(--deep) var(--heat), var(--card));
}
.map td a:hover { outline: 2px solid var(--tone); }
.map .unknown { border: 1.5px dashed var(--tone); } .map .waived { border: 1.5px dotted var(--tone); }
.map .error { --deep: light-dark(#8c1a6a, #c13d96); } .map .fail { --deep: light-dark(#b3261e, #e5484d); }
.map .unknown { --deep: light-dark(#855300, #b07d1e); } .map .waived { --deep: light-dark(#4f568f, #6d74b8); }
.heat-1 { --heat: 14%; } .heat-2 { --heat: 26%; } .heat-3 { --heat: 40%; } .heat-4 { --heat: 54%; }

/* --- the findings --- */
.tools { display: grid; grid-template-columns: repeat(auto-fit, minmax(9.5rem, 1fr)); gap: .75rem; padding-bottom: 1rem; }
.tools .search { grid-column: 1 / -1; }
.tools label { display: block; font-size: .8125rem; color: var(--soft); padding-bottom: .25rem; }
input, select, button {
  font: inherit; font-size: .9375rem; color: var(--ink); background: var(--card); border: 1px solid var(--edge);
  border-radius: 7px;
}
input, select { width: 100%; height: 2.5rem; padding: 0 .75rem; }
button { min-height: 2.25rem; padding: .25rem .875rem; cursor: pointer; }
button:hover { background: var(--sunk); }
button[aria-disabled="true"] { color: var(--soft); cursor: default; border-color: var(--line); background: transparent; }
.count {
  display: flex; flex-wrap: wrap; align-items: center; gap: .75rem; min-height: 2.5rem; padding-bottom: .5rem;
  color: var(--soft); font-size: .875rem;
}
.count button { margin-left: auto; }
.findings { list-style: none; background: var(--card); border: 1px solid var(--line); border-radius: 10px; }
.findings:empty { display: none; }
.findings > li + li { border-top: 1px solid var(--line); }
.findings summary {
  display: grid; grid-template-columns: 6rem minmax(0, 5fr) minmax(0, 6fr) 1rem; gap: .125rem 1.25rem; padding: .75rem 1rem;
  cursor: pointer; list-style: none;
}
.findings summary::-webkit-details-marker { display: none; }
.findings summary::after {
  content: ""; width: .5rem; height: .5rem; margin: .4375rem .25rem; border: solid var(--soft);
  border-width: 0 1.5px 1.5px 0; transform: rotate(45deg);
}
.findings details[open] > summary::after { transform: rotate(225deg); margin-top: .6875rem; }
.findings summary:hover { background: var(--sunk); }
.findings summary:focus-visible { outline-offset: -2px; }
.findings summary .severity { display: block; font-size: .8125rem; color: var(--soft); }
.findings summary .name { display: block; font-weight: 550; overflow-wrap: anywhere; }
.findings summary .place { display: block; font-weight: 400; font-size: .8125rem; color: var(--soft); overflow-wrap: anywhere; }
.findings summary .whole { font-weight: 400; font-style: italic; color: var(--soft); }
.findings summary .says { overflow-wrap: anywhere; font-size: .9375rem; }
.place { display: block; font-weight: 400; font-size: .8125rem; color: var(--soft); overflow-wrap: anywhere; }
.fold > summary { cursor: pointer; padding: .5rem 0; color: var(--accent); font-size: .9375rem; }
.fold .filters { display: grid; grid-template-columns: repeat(auto-fit, minmax(9.5rem, 1fr)); gap: .75rem; }
.tools .fold { grid-column: 1 / -1; }
@media (min-width: 46.0625rem) { .tools .fold > summary { display: none; } }
.secrets th, .secrets td { min-width: 6rem; overflow-wrap: anywhere; }
.secrets tbody th { min-width: 14rem; max-width: 24rem; }
.secrets thead th { padding: .25rem .375rem; }
.secrets thead button { min-height: 1.75rem; padding: 0 .5rem; border: 0; font-size: .8125rem; color: var(--soft); white-space: nowrap; }
.secrets [aria-sort="ascending"] button::after { content: " \2191"; } .secrets [aria-sort="descending"] button::after { content: " \2193"; }
.more { padding: .25rem 1rem 1.25rem calc(1rem + 6rem + 1.25rem); }
.more dl { display: grid; grid-template-columns: 6.5rem minmax(0, 1fr); gap: .25rem 1rem; font-size: .875rem; }
.more dt { color: var(--soft); }
.more dd { overflow-wrap: anywhere; }
.more table { margin-top: .875rem; border: 1px solid var(--line); }
.more td { overflow-wrap: anywhere; }
.empty { padding: 2rem 0; color: var(--soft); }
.pages { display: flex; align-items: center; gap: .75rem; padding-top: 1rem; font-size: .875rem; color: var(--soft); }
footer { margin-top: 4rem; padding-top: 1.25rem; border-top: 1px solid var(--line); font-size: .8125rem; color: var(--soft); }

@media (max-width: 46rem) {
  .bar { flex-wrap: wrap; gap: .5rem 1rem; }
  .bar nav { order: 3; margin: 0; width: 100%; gap: 1rem; overflow-x: auto; padding: .25rem 0; white-space: nowrap; }
  .bar button { margin-left: auto; }
  .verdict { grid-template-columns: minmax(0, 1fr); gap: 1rem; padding: 1.5rem 0 1.25rem; }
  .figures { grid-template-columns: repeat(3, minmax(0, 1fr)); gap: 0; background: none; }
  .figures div, .figures div + div { padding: .5rem .5rem .5rem 0; }
  .figures dd { font-size: 1.375rem; }
  section { padding-top: 2.5rem; }
  .findings summary { grid-template-columns: minmax(0, 1fr) 1rem; }
  .findings summary > :first-child { display: flex; gap: .75rem; align-items: baseline; }
  .findings summary::after { grid-area: 1 / 2; }
  .findings summary .says { grid-column: 1; }
  .more { padding-left: 1rem; }
  .more dl { grid-template-columns: minmax(0, 1fr); gap: 0; }
  .more dd { padding-bottom: .5rem; }
  .more table { table-layout: fixed; width: 100%; }
  .more td, .more th { padding: .5rem; overflow-wrap: break-word; }
  .more td code { overflow-wrap: break-word; }
  .map tbody th { white-space: normal; min-width: 8.5rem; max-width: 8.5rem; padding-right: .5rem; line-height: 1.25; overflow-wrap: break-word; }
  .map tbody tr:not(.group) th { padding-left: .875rem; }
  .map tbody th .quiet { display: block; }
  .stores thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  .stores tr { display: grid; grid-template-columns: auto minmax(0, 1fr) auto; gap: .125rem .75rem; padding: .625rem .875rem; }
  .stores tr + tr { border-top: 1px solid var(--line); }
  .stores td { padding: 0; border: 0 !important; }
  .stores .reason { grid-column: 1 / -1; grid-row: 3; min-width: 0; }
  .stores .reason:empty { display: none; }
  .secrets tbody th { min-width: 9rem; }
}
@media (prefers-reduced-motion: no-preference) { html { scroll-behavior: smooth; } }
@media print {
  :root { color-scheme: light; }
  .tools, .pages, .skip, .bar nav, button { display: none !important; }
  .secrets thead button { display: inline !important; padding: 0; }
  .map { max-height: none; }
  .page { max-width: none; padding: 0; }
  body, .scroll, .findings { background: none; }
  .scroll { overflow: visible; }
  section { padding-top: 2rem; }
  tr, .findings > li { break-inside: avoid; }
  h2 { break-after: avoid; }
}
"""
