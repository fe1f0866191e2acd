"""Lets tau-ARGUS and ACRO judge tables that Varde made safe.

Reads from standard input one line of JSON for each table, as crates/foundation/disclosure/examples/tables.rs
writes them.

- pytauargus audits each figure of each table: with HiGHS it computes what every withheld cell can be, given
  what is shown, and compares unsafe cells with the protection that they need. None may be under-protected.
  The same tables with unsafe cells withheld only are audited too: there it must find much, or it judges nothing.
- ACRO suppresses the same tables from their rows, under its defaults. Each innermost cell that it withholds
  must be withheld by ours. Only tables under our default rules, whose limits are ACRO's.

Ends with an error when either finds something. Usage: compare.py SCRATCH_FOLDER < tables
"""

import json
import logging
import os
import sys
import tempfile
import warnings
from collections import Counter
from multiprocessing import Pool

warnings.filterwarnings("ignore")
logging.disable(logging.CRITICAL)


def audited(text):
    from pytauargus._tauargus import audit_jj

    with tempfile.NamedTemporaryFile("w", suffix=".JJ", dir=".", delete=False) as file:
        file.write(text)
    try:
        return audit_jj(file.name)
    finally:
        os.unlink(file.name)


def without_secondary(text):
    return "\n".join(line.replace(" m ", " s ") for line in text.split("\n"))


def argus(table, counts):
    problems = []
    for at, system in enumerate(table["systems"]):
        lines = system.split("\n")
        cells = [line.split() for line in lines[2 : 2 + int(lines[1])]]
        level = {int(cell[0]): (int(cell[1]), int(cell[6]), int(cell[7])) for cell in cells if cell[3] == "u"}
        if not level:
            continue
        rows = {row["cell"]: row for row in audited(system)}
        for cell, (value, down, up) in level.items():
            counts["unsafe figures"] += 1
            row = rows.get(cell)
            # Its own verdict, and the numbers themselves.
            narrow = row is not None and (row["min"] > value - down + 1e-6 or row["max"] < value + up - 1e-6)
            if row is None or row["unsafe"] or narrow:
                problems.append(f"{table['name']}, figure {at}: tau-ARGUS on cell {cell}: {row}")
        alone = {row["cell"]: row for row in audited(without_secondary(system))}
        for cell, (value, down, up) in level.items():
            row = alone.get(cell)
            counts["recovered when withheld alone"] += row is not None and row["max"] - row["min"] < 0.5
            counts["under-protected when withheld alone"] += row is not None and bool(row["unsafe"])
    return problems


def acro(table, counts, session):
    import pandas as pd

    codes, shares = [], []
    for leaf in table["leaves"]:
        codes.extend([leaf["codes"]] * len(leaf["shares"]))
        shares.extend(leaf["shares"])
    if not codes:
        return []
    frame = pd.DataFrame(codes, columns=[f"d{axis}" for axis in range(len(codes[0]))])
    index = [frame[name] for name in frame.columns[:-1]]
    asked = [{}] if table["figure"] == "count" else [{}, {"values": pd.Series(shares, dtype=float), "aggfunc": table["figure"]}]
    hidden = set()
    for more in asked:
        found = session.crosstab(index if len(index) > 1 else index[0], frame[frame.columns[-1]], **more)
        for row, line in found.iterrows():
            for column, value in line.items():
                if pd.isna(value):
                    hidden.add((*(row if isinstance(row, tuple) else (row,)), column))
    problems = []
    for leaf in table["leaves"]:
        place = tuple(leaf["codes"])
        counts["ACRO suppresses"] += place in hidden
        counts["ours withhold"] += leaf["withheld"]
        if place in hidden and not leaf["withheld"]:
            problems.append(f"{table['name']} ({table['figure']}): ACRO suppresses {place}, ours show it")
    return problems


SESSION = []


def judge(line):
    from acro import ACRO

    if not SESSION:
        SESSION.append(ACRO(suppress=True))
    table, counts = json.loads(line), Counter()
    problems = argus(table, counts)
    counts["tables"] += 1
    counts["secondary"] += table["secondary"]
    counts["method " + table["method"]] += 1
    if table["default"]:
        counts["tables beside ACRO"] += 1
        problems += acro(table, counts, SESSION[0])
        SESSION[0].results.results.clear()
    return counts, problems


def quiet():
    """ACRO and tau-ARGUS talk, and leave files where they run."""
    os.chdir(tempfile.mkdtemp(dir=sys.argv[1]))
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 1)
    os.dup2(null, 2)


def main():
    counts, problems = Counter(), []
    with Pool(2, quiet) as pool:
        for more, found in pool.imap_unordered(judge, sys.stdin, chunksize=10):
            counts += more
            problems += found
    for name, number in sorted(counts.items()):
        print(f"{name}: {number}")
    for problem in problems[:20]:
        print(problem)
    if problems:
        sys.exit(f"{len(problems)} cells are not as safe as they should be")
    for needed in ("unsafe figures", "recovered when withheld alone", "ACRO suppresses"):
        if counts[needed] < 100:
            sys.exit(f"nothing was judged: {needed} is {counts[needed]}")


main()
