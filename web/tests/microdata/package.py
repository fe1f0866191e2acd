"""Datasets of every temporality, validated and packaged by microdata-tools itself, and taken in by Varde.

python package.py VARDE FOLDER: the program, and an empty folder to work in.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

from microdata_tools import PrivateKey, package_dataset, unpackage_dataset, validate_dataset

PROGRAM, FOLDER = Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve()
# microdata-tools leaves what it works with where it is started, for as long as it works.
os.chdir(FOLDER)
DATA, KEYS, INPUT, PACKED = (FOLDER / name for name in ("data", "keys", "input", "packed"))


def varde(*arguments, fails=None):
    done = subprocess.run([PROGRAM, *map(str, arguments)], capture_output=True, text=True, check=False)
    said = done.stdout + done.stderr
    if fails is None:
        assert done.returncode == 0, said
        return done.stdout
    assert done.returncode == 1 and fails in said, said
    return said


def text(nb, en=None):
    languages = [{"languageCode": "no", "value": nb}]
    return languages + ([{"languageCode": "en", "value": en}] if en else [])


CODES = {
    "codeList": [
        {"code": "A", "categoryTitle": text("Første", "First"), "validFrom": "2000-01-01", "validUntil": "2019-12-31"},
        {"code": "B", "categoryTitle": text("Andre", "Second"), "validFrom": "2000-01-01"},
    ],
    "sentinelAndMissingValues": [{"code": "U", "categoryTitle": text("Ukjent", "Unknown")}],
}
PLAIN = {"description": text("Et tall", "A number"), "measurementUnitDescription": text("kroner", "kroner")}

# Name: temporality, type, value domain, rows (value, from, until), how many Varde uses, why it does not use the others.
DATASETS = {
    "TEST_FAST": ("FIXED", "STRING", CODES, [("A", "", ""), ("B", "", ""), ("U", "", "")], 3, []),
    "TEST_STATUS": ("STATUS", "LONG", PLAIN, [("1", "2020-01-01", "2020-01-01"), ("2", "2021-01-01", "2021-01-01")], 2, []),
    "TEST_SUM": ("ACCUMULATED", "DOUBLE", PLAIN, [("1.5", "2020-01-01", "2020-12-31"), ("2", "2021-01-01", "2021-12-31")], 2, []),
    "TEST_DAG": ("EVENT", "DATE", PLAIN, [("1990-05-17", "2020-01-01", ""), ("1991-05-17", "2020-01-01", "2021-01-01")], 2, []),
    # microdata-tools looks whether a code is on the list; Varde also whether it was then.
    "TEST_KODE": (
        "EVENT",
        "STRING",
        CODES,
        [("A", "2018-01-01", "2018-06-01"), ("A", "2021-01-01", ""), ("U", "2021-01-01", ""), ("B", "2021-01-01", "2021-02-01")],
        3,
        [(3, "TEST_KODE", "code_not_valid_then")],
    ),
}


def write(name, temporality, kind, domain, rows):
    folder = INPUT / name
    folder.mkdir(parents=True)
    described = {
        "temporalityType": temporality,
        "sensitivityLevel": "PERSON_SPECIAL",
        "populationDescription": text("Alle", "Everybody"),
        "spatialCoverageDescription": text("Norge", "Norway"),
        "subjectFields": [text("Helse", "Health")],
        "dataRevision": {"description": text("Ny", "New")},
        "identifierVariables": [{"unitType": "PERSON"}],
        "measureVariables": [
            {"name": text(f"Variabelen {name}", f"The variable {name}"), "description": text("Hva", "What"), "dataType": kind, "valueDomain": domain}
        ],
    }
    (folder / f"{name}.json").write_text(json.dumps(described, ensure_ascii=False), encoding="utf-8")
    lines = [f"{person:011d};{value};{start};{stop};\n" for person, (value, start, stop) in enumerate(rows, 1)]
    (folder / f"{name}.csv").write_text("".join(lines), encoding="utf-8")
    errors = validate_dataset(name, input_directory=str(INPUT))
    assert not errors, f"{name}: {errors}"


def taken(package, *more):
    where = ("--source", "fd", "--id-kind", "local:test", "--data", DATA, "--json")
    return json.loads(varde("import", "microdata", package, *where, *more))


def refused(package, words):
    varde("import", "microdata", package, "--source", "fd", "--id-kind", "local:test", "--data", DATA, fails=words)


def main():
    for folder in (KEYS, INPUT, PACKED):
        folder.mkdir()
    for name, (temporality, kind, domain, rows, _, _) in DATASETS.items():
        write(name, temporality, kind, domain, rows)
    # Before there is a key, the folder can be taken in and the package cannot.
    other = FOLDER / "other"
    other.mkdir()
    stranger = PrivateKey.generate()
    stranger.public_key().write_to_file(other)
    package_dataset(other, INPUT / "TEST_SUM", other)
    refused(other / "TEST_SUM.tar", "no key for packages yet")
    varde("import", "microdata-key", "--out", KEYS, "--data", DATA)
    first = (KEYS / "microdata_public_key.pem").read_text()
    varde("import", "microdata-key", "--out", KEYS, "--data", DATA)
    assert (KEYS / "microdata_public_key.pem").read_text() == first, "there is one key"
    refused(other / "TEST_SUM.tar", "packaged to another key")

    for name, (temporality, _, _, rows, used, faults) in DATASETS.items():
        package_dataset(KEYS, INPUT / name, PACKED)
        package = PACKED / f"{name}.tar"
        report = taken(package)
        assert report["dataset"] == f"fd/{name.lower()}", report
        assert report["rows"] == used, report
        found = [(fault["line"], fault["column"], fault["reason"]) for fault in report["faults"]]
        assert found == faults, (name, found)
        again = taken(INPUT / name, "--as-described")
        assert again["already_taken_in"] and again["catalogue_unchanged"], "the folder is the same dataset"
        assert again["release"] == report["release"]
        print(f"{name} ({temporality}): {len(rows)} rows, {used} used")

    # The rows are looked at, and a package that is damaged is refused.
    package = PACKED / "TEST_KODE.tar"
    whole = package.read_bytes()
    at = whole.index(b"chunks/1.csv.encr") + 512 + 20
    package.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
    refused(package, "cannot be decrypted")
    package.write_bytes(whole[: at + 5])
    refused(package, "")
    rows = INPUT / "TEST_KODE" / "TEST_KODE.csv"
    rows.write_text(rows.read_text().replace("2018-06-01", "2017-06-01"))
    report = taken(INPUT / "TEST_KODE")
    broken = [fault for fault in report["faults"] if fault["reason"] == "rule_broken"]
    assert broken == [{"line": 2, "column": "stop >= start", "reason": "rule_broken"}], report["faults"]
    # A dataset about something else than people has nobody to hang on.
    described = INPUT / "TEST_FAST" / "TEST_FAST.json"
    described.write_text(described.read_text().replace('"PERSON"', '"KOMMUNE"'))
    refused(INPUT / "TEST_FAST", "is about KOMMUNE")
    # What we could open is what the tools themselves open with the key that they were given.
    stranger.write_to_file(other)
    unpackage_dataset(other / "TEST_SUM.tar", other, FOLDER / "opened")
    assert (FOLDER / "opened" / "TEST_SUM" / "TEST_SUM.csv").read_bytes() == (INPUT / "TEST_SUM" / "TEST_SUM.csv").read_bytes()
    print(f"{len(DATASETS)} datasets of microdata-tools were taken in")


main()
