"""What SQLite's FTS5 finds for the judged queries: one line a query, the keys of the first ten."""
import pathlib
import re
import sqlite3

here = pathlib.Path(__file__).parent


def rows(name):
    lines = (here / name).read_text(encoding="utf-8").splitlines()
    return [line.split("\t") for line in lines if not line.startswith("#")]


database = sqlite3.connect(":memory:")
database.execute("CREATE VIRTUAL TABLE found USING fts5 (key UNINDEXED, name, text, tokenize = 'unicode61 remove_diacritics 0')")
for key, nb, nn, en, description, codes in rows("variables.tsv") + rows("others.tsv"):
    database.execute("INSERT INTO found VALUES (?, ?, ?)", (key, f"{nb} {nn} {en}", f"{key.split('/')[-1]} {description} {codes}"))
for code, nb, en, others in rows("codes.tsv"):
    database.execute("INSERT INTO found VALUES (?, ?, ?)", (code, f"{code} {nb} {en}", others))
for query, _ in rows("queries.tsv"):
    words = " OR ".join(f'"{word}"' for word in re.findall(r"[\w.]+", query))
    found = database.execute("SELECT key FROM found WHERE found MATCH ? ORDER BY bm25(found, 0, 4, 1) LIMIT 10", (words,))
    print(" ".join(key for (key,) in found))
