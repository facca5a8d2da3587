# Copyright: (c) 2026, multicloud.secrets contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Mutation testing: python tests/mutants [--sample PERCENT] [--seed N] [FILE...], in a copy that may be spoilt."""

from __future__ import annotations

import argparse
import os
import random
import sys
from collections import Counter
from pathlib import Path

from changes import Mutant, mutate, prepare
from equal import EQUAL, Equal
from hunt import KILLED, SURVIVED, TIMEOUT, UNTESTED, Hunt, hunt

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = "ansible_collections.multicloud.secrets"
UTILS = "plugins/module_utils"
ROOMS = [f"{UTILS}/_audit/*.py", *(f"{UTILS}/{room}.py" for room in "_paginate _ordered _union _retry _throttle _queue _fleet".split())]
BAR = 0.9


def main() -> int:
    """Status 1 when a file does not reach the bar."""
    parser = argparse.ArgumentParser(prog="python tests/mutants", description="Changes the code in small ways and counts which changes the unit tests notice.")
    parser.add_argument("files", nargs="*", metavar="FILE", help="files or globs; default: the judge, and the pure rooms of the listing")
    parser.add_argument("--sample", type=int, default=100, metavar="PERCENT", help="how many of each file's mutants to try, drawn by chance")
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="of that chance")
    parser.add_argument("--examples", type=int, default=25, metavar="N", help="how many examples a property test tries at most")
    parser.add_argument("--tests", nargs="+", default=["tests/unit/plugins"], metavar="PATH", help="which tests hunt")
    parser.add_argument("--only", default="", metavar="TEXT", help="only mutants whose function or change holds this text")
    asked = parser.parse_args()
    if (ROOT / ".git").exists():
        parser.error("this spoils the files that it reads: 'make mutants' makes a copy first")
    os.chdir(ROOT)
    prepare(ROOT)
    files = sorted({path.as_posix() for pattern in asked.files or ROOMS for path in Path().glob(pattern) if path.stat().st_size})
    if not files:
        parser.error(f"there is no such file: {' '.join(asked.files)}")
    every = {file: mutate(ROOT, file, PACKAGE) for file in files}
    chosen = {file: draw([each for each in mutants if asked.only in each.text], asked.sample, f"{asked.seed} {file}") for file, mutants in every.items()}
    terminal = os.fdopen(os.dup(1), "w", buffering=1, encoding="utf-8")
    met = hunt([mutant for mutants in chosen.values() for mutant in mutants], asked.tests, asked.examples, lambda text: print(text, file=terminal))
    print("\n".join([*survivors(chosen, met), *table(every, chosen, met)]), file=terminal)
    return 0 if all(share(mutants, met) >= BAR for mutants in chosen.values() if mutants) else 1


def draw(mutants: list[Mutant], percent: int, seed: str) -> list[Mutant]:
    """So many of them, in their order."""
    size = -(-len(mutants) * percent // 100)
    return [mutants[index] for index in sorted(random.Random(seed).sample(range(len(mutants)), min(size, len(mutants))))]


def share(mutants: list[Mutant], met: Hunt) -> float:
    """Of mutants that were noticed."""
    return sum(met.verdicts[mutant.name] in (KILLED, TIMEOUT) for mutant in mutants) / len(mutants)


def known(mutant: Mutant) -> Equal | None:
    """Why a test cannot tell it from the code, if that has been found out."""
    before, after = ("\n".join(line.strip() for line in lines) for lines in (mutant.before, mutant.after))
    wanted = mutant.file.removeprefix(f"{UTILS}/"), mutant.where, before, after
    return next((each for each in EQUAL if each[:4] == wanted), None)


def survivors(chosen: dict[str, list[Mutant]], met: Hunt) -> list[str]:
    """Every mutant that was not noticed, with the reason why it cannot be, and reasons that do not hold."""
    lines = []
    for mutant in (mutant for mutants in chosen.values() for mutant in mutants):
        reason = known(mutant)
        if met.verdicts[mutant.name] in (SURVIVED, UNTESTED):
            lines.append(f"{met.verdicts[mutant.name]}: {mutant.text}\n" + (f"= {reason.reason}\n" if reason else ""))
        elif reason:
            lines.append(f"{met.verdicts[mutant.name]}, and equal.py says that it cannot be: {mutant.text}\n")
    return lines


def table(every: dict[str, list[Mutant]], chosen: dict[str, list[Mutant]], met: Hunt) -> list[str]:
    """A row for each file. equal: those that survived and cannot be noticed; they count as survivors all the same."""
    columns = ("mutants", "tried", KILLED, TIMEOUT, SURVIVED, UNTESTED, "equal", "share")
    lines = [f"{'file':<26}" + "".join(f"{column:>9}" for column in columns)]
    for file, mutants in [*chosen.items(), ("all", [mutant for some in chosen.values() for mutant in some])]:
        if mutants:
            counts = Counter(met.verdicts[mutant.name] for mutant in mutants)
            number = len(every[file]) if file in every else sum(map(len, every.values()))
            equal = sum(known(mutant) is not None for mutant in mutants if met.verdicts[mutant.name] == SURVIVED)
            row = (number, len(mutants), *(counts[verdict] for verdict in (KILLED, TIMEOUT, SURVIVED, UNTESTED)), equal, f"{share(mutants, met):.1%}")
            lines.append(f"{file.removeprefix(UTILS + '/'):<26}" + "".join(f"{cell:>9}" for cell in row))
    return [*lines, f"{met.collected} tests hunted", *(f"left out, because it fails beside mutmut: {name}" for name in met.left_out)]


if __name__ == "__main__":
    sys.exit(main())
