"""Searches by SQLite's FTS5: a page of hits and the counts of the facets that it is asked for.

Prints one JSON object: seconds of each answer and of processor by the name of the mixture, seconds until the
table was made, and the resident memory of the process in bytes.
"""
import json
import re
import sqlite3
import sys
import time

table, queries, rounds = sys.argv[1], json.loads(sys.argv[2]), int(sys.argv[3])
FACETS = ("kind", "source", "source_kind", "type", "local_codes")


def resident():
    with open("/proc/self/status", encoding="utf-8") as status:
        line = next(line for line in status if line.startswith("VmRSS"))
    return int(line.split()[1]) * 1024


began = time.perf_counter()
database = sqlite3.connect(":memory:")
database.execute(f"CREATE TABLE variable (id INTEGER PRIMARY KEY, {', '.join(f'{facet} TEXT' for facet in FACETS)})")
database.execute("CREATE VIRTUAL TABLE found USING fts5 (name, text, tokenize = 'unicode61 remove_diacritics 0')")
marks = ", ".join("?" * (len(FACETS) + 1))
with open(table, encoding="utf-8") as lines:
    for number, line in enumerate(lines):
        *facets, name, text = line.rstrip("\n").split("\t")
        database.execute(f"INSERT INTO variable VALUES ({marks})", (number, *facets))
        database.execute("INSERT INTO found (rowid, name, text) VALUES (?, ?, ?)", (number, name, text))
database.commit()
database.execute("INSERT INTO found (found) VALUES ('optimize')")
made = time.perf_counter() - began


def answer(words, chosen):
    """A page of hits, the number of all, and for each facet its counts within the other choices."""
    def where(without=None):
        conditions = ["found MATCH ?"] if words else []
        conditions += [f"{facet} = ?" for facet in chosen if facet != without]
        values = ([words] if words else []) + [value for facet, value in chosen.items() if facet != without]
        return (" WHERE " + " AND ".join(conditions) if conditions else ""), values

    tables = "found JOIN variable ON variable.id = found.rowid" if words else "variable"
    narrowed, values = where()
    order = "ORDER BY bm25(found, 4, 1)" if words else ""
    if words:
        page = f"SELECT found.rowid, found.name FROM {tables}{narrowed} {order} LIMIT 25"
    else:
        page = f"SELECT id, (SELECT name FROM found WHERE rowid = id) FROM {tables}{narrowed} LIMIT 25"
    database.execute(page, values).fetchall()
    database.execute(f"SELECT count(*) FROM {tables}{narrowed}", values).fetchall()
    for facet in FACETS:
        narrowed, values = where(without=facet)
        database.execute(f"SELECT {facet}, count(*) FROM {tables}{narrowed} GROUP BY {facet}", values).fetchall()


answers = {}
for each in range(rounds + 1):
    for mixture, text, chosen in queries:
        words = " ".join(f'"{word}"*' for word in re.findall(r"\w+", text))
        clock, used = time.perf_counter(), time.process_time()
        answer(words, chosen)
        if each:
            answers.setdefault(mixture, []).append([time.perf_counter() - clock, time.process_time() - used])
json.dump({"answers": answers, "made": made, "memory": resident()}, sys.stdout)
