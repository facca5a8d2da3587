# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Measure: python tests/benchmark [--quick] [--write FILE] [SCENARIO...]. Status 1 when a bar was not reached."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from page import bars, page
from scenarios import SCENARIOS


def main() -> int:
    parser = argparse.ArgumentParser(prog="python tests/benchmark", description="Measures this collection beside what people use today.")
    parser.add_argument("scenarios", nargs="*", metavar="SCENARIO", help=f"one of {' '.join(SCENARIOS)}; default all")
    parser.add_argument("--quick", action="store_true", help="smaller sizes and fewer rounds")
    parser.add_argument("--write", type=Path, metavar="FILE", help="write the page there")
    asked = parser.parse_args()
    unknown = sorted(set(asked.scenarios) - set(SCENARIOS))
    if unknown:
        parser.error(f"no such scenario: {' '.join(unknown)}; there are {' '.join(SCENARIOS)}")
    sections = [SCENARIOS[name](asked.quick) for name in asked.scenarios or SCENARIOS]
    if asked.write:
        asked.write.write_text(page(sections), encoding="utf-8")
        print(f"wrote {asked.write}")
    else:
        print(page(sections).partition("\n\n")[2])
    every = [goal for section in sections for goal in section.bars]
    missed = [goal for goal in every if not goal.met]
    if missed:
        print(bars(missed))
    print(f"{len(every) - len(missed)} of {len(every)} bars reached")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
