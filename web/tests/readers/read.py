"""Opens a delivery with pandas, pyarrow, Polars and DuckDB in every format, and compares types, labels,
codes and every value with the codebook and the Parquet file. The RO-Crate is read by rocrate.

    python read.py FOLDER        prints how many things were compared; ends with 1 and what differs
"""

import csv
import datetime
import hashlib
import json
import math
import sys
import warnings
from pathlib import Path

import duckdb
import pandas
import polars
import pyarrow.feather
import pyarrow.parquet
from rocrate.rocrate import ROCrate

ARROW = {
    "integer": ("int64", "int32"), "decimal": ("double",), "boolean": ("bool",), "date": ("date32[day]",),
    "moment": ("timestamp[us]",), "text": ("string",), "code": ("string",),
}
POLARS = {
    "integer": (polars.Int64, polars.Int32), "decimal": (polars.Float64,), "boolean": (polars.Boolean,),
    "date": (polars.Date,), "moment": (polars.Datetime("us"),), "text": (polars.String,), "code": (polars.String,),
}
DUCKDB = {
    "integer": ("BIGINT", "INTEGER"), "decimal": ("DOUBLE",), "boolean": ("BOOLEAN",), "date": ("DATE",),
    "moment": ("TIMESTAMP",), "text": ("VARCHAR",), "code": ("VARCHAR",),
}

compared = 0
wrong = []


def same(what, found, expected):
    global compared
    compared += 1
    if found != expected and len(wrong) < 20:
        wrong.append(f"{what}: found {found!r}, expected {expected!r}")


def among(what, found, allowed):
    same(what, found if found not in allowed else "as the codebook says", "as the codebook says")


def values(what, found, expected):
    same(f"{what}: rows", len(found), len(expected))
    for row, (one, other) in enumerate(zip(found, expected)):
        same(f"{what}, row {row + 1}", one, other)


def rows_of(path):
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def plain(value):
    """A value of pandas as a Python value; what is missing is None."""
    if value is None or value is pandas.NaT or value is pandas.NA or isinstance(value, float) and math.isnan(value):
        return None
    if isinstance(value, pandas.Timestamp):
        return value.to_pydatetime()
    return value.item() if hasattr(value, "item") else value


class Delivery:
    def __init__(self, folder):
        self.folder = Path(folder)
        self.book = {}
        self.codes = {}
        for row in rows_of(self.folder / "codebook.csv"):
            self.book.setdefault(row["table"], []).append(row)
        for row in rows_of(self.folder / "values.csv"):
            self.codes.setdefault((row["table"], row["column"]), []).append((row["code"], row["label_nb"]))

    def check(self):
        self.manifest()
        self.codebook()
        self.crate()
        for table, columns in self.book.items():
            truth = pyarrow.parquet.read_table(self.folder / f"{table}.parquet")
            same(f"{table}: columns", truth.column_names, [c["column"] for c in columns])
            expected = {name: truth.column(name).to_pylist() for name in truth.column_names}
            self.arrow(table, columns, truth, "Parquet")
            self.arrow(table, columns, pyarrow.feather.read_table(self.folder / f"{table}.arrow"), "Arrow", expected)
            self.pandas(table, columns, expected)
            self.polars(table, columns, expected)
            self.duckdb(table, columns, expected)
            self.separated(table, columns, expected)
            self.stata(table, columns, expected)

    def manifest(self):
        for file in json.loads((self.folder / "manifest.json").read_text())["files"]:
            bytes_ = (self.folder / file["name"]).read_bytes()
            same(f"manifest: {file['name']}", hashlib.sha256(bytes_).hexdigest(), file["digest"])

    def codebook(self):
        told = json.loads((self.folder / "codebook.json").read_text())
        same("codebook.json: tables", [t["url"] for t in told["tables"]], [f"{t}.csv" for t in self.book])
        for table in told["tables"]:
            columns = self.book[table["url"][:-4]]
            same("codebook.json: columns", [c["name"] for c in table["tableSchema"]["columns"]], [c["column"] for c in columns])
            for one, other in zip(table["tableSchema"]["columns"], columns):
                labels = {text["@language"]: text["@value"] for text in one["dc:description"]}
                same("codebook.json: label", labels["nb"], other["label_nb"])
                same("codebook.json: unit", one.get("schema:unitText", ""), other["unit"])

    def crate(self):
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            crate = ROCrate(str(self.folder))
        root = crate.root_dataset
        same("RO-Crate: conforms to", crate.metadata.get("conformsTo"), "https://w3id.org/ro/crate/1.1")
        files = {entity.id: entity for entity in crate.data_entities}
        there = {p.name for p in self.folder.iterdir()} - {"ro-crate-metadata.json", "manifest.jws"}
        same("RO-Crate: files", set(files), there)
        for name, entity in files.items():
            if name != "manifest.json":
                bytes_ = (self.folder / name).read_bytes()
                same(f"RO-Crate: {name}", entity.get("sha256"), hashlib.sha256(bytes_).hexdigest())
                same(f"RO-Crate: size of {name}", entity.get("contentSize"), str(len(bytes_)))
        making = crate.dereference("#making")
        same("RO-Crate: type of the making", making.type, "CreateAction")
        read = {entity.id for entity in making.get("object")}
        manifest = json.loads((self.folder / "manifest.json").read_text())
        for release in manifest["releases"]:
            identifier = f"urn:uuid:{release['release']}"
            same("RO-Crate: reads the release", identifier in read, True)
            same("RO-Crate: digest of the release", crate.dereference(identifier).get("sha256"), release["digest"])
        same("RO-Crate: reads the permit", f"urn:uuid:{manifest['permit']}" in read, True)
        same("RO-Crate: specification", crate.dereference("#specification").get("sha256"), manifest["specification"])
        for check in manifest["checks"]:
            told = crate.dereference(f"#{check['name']}")
            figures = {figure.get("name"): figure.get("value") for figure in told.get("result")}
            same(f"RO-Crate: check {check['name']}", figures, check["figures"])
        same("RO-Crate: has a licence", root.get("license") is not None, True)

    def arrow(self, table, columns, read, what, expected=None):
        for column in columns:
            name = column["column"]
            field = read.schema.field(name)
            told = {key.decode(): text.decode() for key, text in (field.metadata or {}).items()}
            among(f"{what}: type of {name}", str(field.type), ARROW[column["type"]])
            for key in ["label", "label_nb"]:
                same(f"{what}: {key} of {name}", told.get(key), column["label_nb"])
            same(f"{what}: English label of {name}", told.get("label_en"), column["label_en"])
            same(f"{what}: unit of {name}", told.get("unit", ""), column["unit"])
            same(f"{what}: granularity of {name}", told.get("granularity", ""), column["granularity"])
            codes = self.codes.get((table, name), [])
            same(f"{what}: codes of {name}", json.loads(told.get("codes", "{}")), dict(codes))
            if expected:
                values(f"{what}: {name}", read.column(name).to_pylist(), expected[name])

    def pandas(self, table, columns, expected):
        for what, read in [
            ("pandas on Parquet", pandas.read_parquet(self.folder / f"{table}.parquet", dtype_backend="pyarrow")),
            ("pandas on Arrow", pandas.read_feather(self.folder / f"{table}.arrow", dtype_backend="pyarrow")),
        ]:
            for column in columns:
                name = column["column"]
                among(f"{what}: type of {name}", str(read[name].dtype.pyarrow_dtype), ARROW[column["type"]])
                values(f"{what}: {name}", [plain(v) for v in read[name]], expected[name])

    def polars(self, table, columns, expected):
        for what, read in [
            ("Polars on Parquet", polars.read_parquet(self.folder / f"{table}.parquet")),
            ("Polars on Arrow", polars.read_ipc(self.folder / f"{table}.arrow")),
        ]:
            for column in columns:
                name = column["column"]
                among(f"{what}: type of {name}", read.schema[name], POLARS[column["type"]])
                values(f"{what}: {name}", read[name].to_list(), expected[name])
        told = json.loads(polars.read_parquet_metadata(self.folder / f"{table}.parquet")["varde.columns"])
        same("Polars: labels", [c["label"]["nb"] for c in told], [c["label_nb"] for c in columns])

    def duckdb(self, table, columns, expected):
        path = str(self.folder / f"{table}.parquet")
        read = duckdb.sql(f"SELECT * FROM '{path}'")
        types = dict(zip(read.columns, map(str, read.types)))
        rows = read.fetchall()
        for place, column in enumerate(columns):
            name = column["column"]
            among(f"DuckDB: type of {name}", types[name], DUCKDB[column["type"]])
            values(f"DuckDB: {name}", [row[place] for row in rows], expected[name])
        query = f"SELECT decode(value) FROM parquet_kv_metadata('{path}') WHERE decode(key) = 'varde.columns'"
        told = json.loads(duckdb.sql(query).fetchall()[0][0])
        for one, other in zip(told, columns, strict=True):
            name = other["column"]
            same(f"DuckDB: name of {name}", one["name"], name)
            same(f"DuckDB: label of {name}", one["label"]["nb"], other["label_nb"])
            same(f"DuckDB: type told of {name}", one["type"], other["type"])
            codes = [(code["code"], code["label"]["nb"]) for code in one["codes"]]
            same(f"DuckDB: codes of {name}", codes, self.codes.get((table, name), []))

    def separated(self, table, columns, expected):
        path = self.folder / f"{table}.csv"
        first = path.read_bytes().split(b"\r\n")[0].decode()
        same("CSV: heading", first, ",".join(c["column"] for c in columns))
        told = {c["column"]: DUCKDB[c["type"]][0] for c in columns}
        read = duckdb.read_csv(str(path), columns=told, header=True, na_values="")
        rows = read.fetchall()
        frame = polars.read_csv(path, schema={c["column"]: POLARS[c["type"]][0] for c in columns})
        texts = {c["column"]: str for c in columns if c["type"] in ("text", "code")}
        panda = pandas.read_csv(path, dtype=texts, keep_default_na=False, na_values=[""])
        for place, column in enumerate(columns):
            name = column["column"]
            # These readers make one of what is missing and what is empty.
            wanted = [None if value == "" else value for value in expected[name]]
            values(f"DuckDB on CSV: {name}", [None if row[place] == "" else row[place] for row in rows], wanted)
            values(f"Polars on CSV: {name}", [None if v == "" else v for v in frame[name].to_list()], wanted)
            found = [plain(v) for v in panda[name]]
            if column["type"] in ("date", "moment"):
                of = datetime.date.fromisoformat if column["type"] == "date" else datetime.datetime.fromisoformat
                found = [value and of(value) for value in found]
            values(f"pandas on CSV: {name}", found, wanted)
        with open(path, encoding="utf-8", newline="") as file:
            values("CSV: texts", [row["note"] for row in csv.DictReader(file)], [v or "" for v in expected["note"]])

    def stata(self, table, columns, expected):
        with pandas.io.stata.StataReader(
            self.folder / f"{table}.dta", convert_categoricals=False, convert_dates=True, preserve_dtypes=True
        ) as reader:
            read = reader.read()
            labels = reader.variable_labels()
            codes = reader.value_labels()
        same("Stata: columns", list(read.columns), [c["stata_name"] for c in columns])
        for column in columns:
            name, stata = column["column"], column["stata_name"]
            label = column["label_nb"]
            same(f"Stata: label of {name}", labels[stata], label if len(label) <= 80 else label[:79] + "…")
            found = [plain(value) for value in read[stata]]
            listed = self.codes.get((table, name), [])
            numbers = column["type"] == "code" and listed and all(str(int(c)) == c for c, _ in listed if c.isdigit())
            wanted = expected[name]
            if column["type"] == "boolean":
                same(f"Stata: labels of {name}", codes[stata], {0: "Nei", 1: "Ja"})
            elif numbers:
                same(f"Stata: labels of {name}", codes[stata], {int(code): label for code, label in listed})
                wanted = [value and int(value) for value in wanted]
            elif column["type"] in ("text", "code"):
                wanted = [value or "" for value in wanted]
            elif column["type"] == "date":
                found = [value and value.date() for value in found]
            elif column["type"] == "moment":
                pass
            values(f"Stata: {name}", found, wanted)


Delivery(sys.argv[1]).check()
for line in wrong:
    print(line)
if wrong or compared < 10_000:
    sys.exit(f"{len(wrong)} or more of {compared} comparisons differ")
print(f"pandas, pyarrow, Polars, DuckDB and rocrate read what the codebook says: {compared} comparisons")
