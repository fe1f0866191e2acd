"""Runs SQL over the extract: every Parquet and CSV file of /data is a view by its name (the Parquet
file where a dataset comes as both), and what earlier statements wrote to /work is there as ordinary
files. Prints the rows of each statement."""

import pathlib
import sys

import duckdb

SHOWN = 50


def main(script):
    database = duckdb.connect(":memory:")
    database.execute("SET threads TO 2")
    database.execute("SET temp_directory = '/tmp'")
    # Parquet last: it knows its types, and takes the place of the same rows as CSV.
    for suffix, reader in [(".csv", "read_csv"), (".parquet", "read_parquet")]:
        for path in sorted(pathlib.Path("/data").glob(f"*{suffix}")):
            name = path.stem.replace('"', '""')
            file = str(path).replace("'", "''")
            database.execute(f"CREATE OR REPLACE VIEW \"{name}\" AS SELECT * FROM {reader}('{file}')")
    try:
        for statement in database.extract_statements(pathlib.Path(script).read_text()):
            result = database.execute(statement)
            if result is not None and result.description:
                show(result)
    except duckdb.Error as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def show(result):
    names = [column[0] for column in result.description]
    rows = result.fetchmany(SHOWN + 1)
    table = [names] + [["" if value is None else str(value) for value in row] for row in rows[:SHOWN]]
    widths = [max(len(row[at]) for row in table) for at in range(len(names))]
    for number, row in enumerate(table):
        print("  ".join(value.ljust(width) for value, width in zip(row, widths)).rstrip())
        if number == 0:
            print("  ".join("-" * width for width in widths))
    if len(rows) > SHOWN:
        print(f"… (only the first {SHOWN} rows are shown)")
    print()


sys.exit(main(sys.argv[1]))
