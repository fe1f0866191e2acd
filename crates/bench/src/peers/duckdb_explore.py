"""Tables by DuckDB from Varde's own releases, without any check: nobody is left out, nothing is withheld or changed.
Rows and different people in every cell and margin, as DuckDB writes it: GROUP BY CUBE. People's sex and birth date
are in memory before anything is measured, as they are in a service.

With `check` as the last argument nobody who has opted out is counted, nothing is measured, and the numbers must be
those that Varde counted before its rules, cell by cell.

Arguments: folder with the data, folder for what is made, `time` or `check`."""

import csv
import json
import sys
import time

import duckdb
from job import Account

data, made, what = sys.argv[1:]
checking = what == "check"
db = duckdb.connect(config={"temp_directory": made + "/.spill", "memory_limit": "10GB"})
left_out = f"read_csv('{data}/left-out-index.csv', header = true, types = {{'person_index': 'UINTEGER', 'source': 'VARCHAR'}})"
db.execute(f"create temp table away as select person_index, coalesce(source, '') as source from {left_out}")
# A date as a number whose differences tell full years: 512 a year, 32 a month.
db.execute(f"""
    create temp table people as
    select person_index, sex, (year(born) * 512 + month(born) * 32 + day(born))::int as born
    from read_parquet('{data}/people.parquet')
""")


def age(date):
    years = f"(((year({date}) * 512 + month({date}) * 32 + day({date}))::int - born) >> 9)"
    return f"case when {years} >= 0 then {years} // 10 end"


TYPES = {
    "three variables": dict(
        register="npr", release="contacts", by=["contact_type", "year(in_date)", "sex"], where="true", more="",
    ),
    "a filter": dict(
        register="npr", release="contacts", by=["left(main_condition, 3)", age("in_date")], more="",
        where="(main_condition like 'I%' or main_condition like 'J%') and in_date between DATE '2018-01-01' and DATE '2023-12-31'",
    ),
    "a mean": dict(
        register="lmr", release="dispensings", by=["sex", age("date")], where="atc like 'C%' and ddd is not null",
        more=", sum(ddd) / count(distinct person_index)",
    ),
}


def query(job, people):
    """The table; `people` says whether different people are counted too."""
    source = f"read_parquet('{data}/release-{job['release']}.parquet')"
    names = [f"a{at}" for at in range(len(job["by"]))]
    columns = ", ".join(f"{by} as {name}" for by, name in zip(job["by"], names))
    more = job["more"] if people else job["more"] and ", sum(ddd) / count(*)"
    figures = "count(*)" + (", count(distinct person_index)" if people else "") + more
    value = "ddd, " if job["more"] else ""
    where = job["where"]
    if checking:
        where += f" and person_index not in (select person_index from away where source in ('', '{job['register']}'))"
    groupings = ", ".join(f"grouping({name})" for name in names)
    return f"""
        select {', '.join(names)}, {groupings}, {figures}
        from (select person_index, {value}{columns} from {source} join people using (person_index) where {where})
        group by cube ({', '.join(names)})
    """


def label(value, total, is_age):
    if total:
        return "*"
    if value is None:
        return ""
    return f"{value * 10}–{value * 10 + 9}" if is_age else str(value)


def compare(name, job):
    """Whether every cell is what Varde counted before its rules."""
    axes = len(job["by"])
    ages = [" // 10" in by for by in job["by"]]
    theirs = {}
    for row in db.execute(query(job, True)).fetchall():
        key = tuple(label(row[at], row[axes + at], ages[at]) for at in range(axes))
        theirs[key] = (row[2 * axes], row[2 * axes + 1])
    with open(f"{data}/made-by-varde-explore/{name}.csv", encoding="utf-8", newline="") as file:
        ours = {tuple(row[:axes]): (int(row[axes]), int(row[axes + 1])) for row in csv.reader(file)}
    wrong = [key for key in ours.keys() | theirs.keys() if ours.get(key) != theirs.get(key)]
    if wrong or not ours:
        shown = [(key, ours.get(key), theirs.get(key)) for key in wrong[:5]]
        sys.exit(f"{name}: {len(wrong)} cells of {len(ours)} are not the same (cell, Varde, DuckDB): {shown}")


told = []
for name, job in TYPES.items():
    if checking:
        compare(name, job)
        continue
    for people in (False, True):
        wall, cpu = time.perf_counter(), time.process_time()
        cells = len(db.execute(query(job, people)).fetchall())
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        told.append({"question": name, "people": people, "wall_seconds": wall, "cpu_seconds": cpu,
                     "peak_bytes": Account.peak(), "cells": cells})
if not checking:
    print(json.dumps(told))
