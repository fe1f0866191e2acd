"""csvw (the CLDF project's library of CSV on the Web) reads a published table from a running server: `tables.py
ADDRESS` of its CSV file. Prints what it found, as JSON; and whether it sees when the file is no longer what is
described."""

import json
import sys
import tempfile
import urllib.request
from pathlib import Path

from csvw import CSVW


def fetched(address):
    with urllib.request.urlopen(address) as answer:
        return answer.read()


def read(address):
    """The library finds the description by itself."""
    found = CSVW(address, validate=True)
    (table,) = found.tables
    return {
        "valid": found.is_valid,
        "warnings": [str(warning.message) for warning in found.warnings],
        "described": not found.no_metadata,
        "key": table.tableSchema.primaryKey,
        "about": {name: value for name, value in table.common_props.items() if name.startswith("dc:")},
        "rows": [{name: plain(value) for name, value in row.items()} for row in table],
    }


def plain(value):
    """A decimal as JSON has it."""
    return value if value is None or isinstance(value, (str, int)) else float(value)


def seen_when_altered(address):
    """The same pair of files on disk, with one thing altered at a time: is it seen?"""
    file, description = fetched(address).decode(), fetched(f"{address}-metadata.json")
    *_, last = file.splitlines()
    numbers = last.rsplit(",", 1)[0]
    altered = {
        "nothing": file,
        "a row twice": f"{file}{last}\n",
        "a number that is none": file.replace(last, f"{numbers},mange"),
        "a code that is none": file.replace(last, f"ukjent,{last.split(',', 1)[1]}"),
    }
    seen = {}
    with tempfile.TemporaryDirectory() as folder:
        name = address.rsplit("/", 1)[1]
        (Path(folder) / f"{name}-metadata.json").write_bytes(description)
        for what, text in altered.items():
            (Path(folder) / name).write_text(text)
            seen[what] = not is_valid(Path(folder) / f"{name}-metadata.json")
    return seen


def is_valid(description):
    try:
        return CSVW(str(description), validate=True).is_valid
    except ValueError:
        return False


if __name__ == "__main__":
    print(json.dumps({"read": read(sys.argv[1]), "seen": seen_when_altered(sys.argv[1])}))
