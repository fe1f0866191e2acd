"""Searches by SQLite's FTS5: a page of hits and the counts of two facets. Prints the seconds of each, as JSON."""
import json
import re
import sqlite3
import sys
import time

table, queries, rounds = sys.argv[1], json.loads(sys.argv[2]), int(sys.argv[3])
database = sqlite3.connect(":memory:")
database.execute("CREATE TABLE variable (id INTEGER PRIMARY KEY, source TEXT, type TEXT)")
database.execute("CREATE VIRTUAL TABLE found USING fts5 (name, text, tokenize = 'unicode61 remove_diacritics 0')")
with open(table, encoding="utf-8") as lines:
    for number, line in enumerate(lines):
        source, kind, name, text = line.rstrip("\n").split("\t")
        database.execute("INSERT INTO variable VALUES (?, ?, ?)", (number, source, kind))
        database.execute("INSERT INTO found (rowid, name, text) VALUES (?, ?, ?)", (number, name, text))
database.commit()

PAGE = "SELECT rowid, name FROM found WHERE found MATCH ? ORDER BY bm25(found, 4, 1) LIMIT 25"
COUNT = "SELECT {0}, count(*) FROM found JOIN variable ON variable.id = found.rowid WHERE found MATCH ? GROUP BY {0}"
BROWSE = "SELECT rowid, name FROM found LIMIT 25"
BROWSE_COUNT = "SELECT {0}, count(*) FROM variable GROUP BY {0}"
seconds = []
for each in range(rounds + 1):
    for query in queries:
        words = " ".join(f'"{word}"*' for word in re.findall(r"\w+", query))
        began = time.perf_counter()
        if words:
            database.execute(PAGE, (words,)).fetchall()
            for facet in ("source", "type"):
                database.execute(COUNT.format(facet), (words,)).fetchall()
        else:
            database.execute(BROWSE).fetchall()
            for facet in ("source", "type"):
                database.execute(BROWSE_COUNT.format(facet)).fetchall()
        if each:
            seconds.append(time.perf_counter() - began)
json.dump(seconds, sys.stdout)
