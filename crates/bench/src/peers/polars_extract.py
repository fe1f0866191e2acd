"""The extract by Polars, streaming: the same steps as the DuckDB script.

Arguments: folder with the data, folder for the result, key in hexadecimal."""

import sys
from datetime import date

import polars as pl
from job import CODE, FROM, UNTIL, Account, pseudonym

data, made, key = sys.argv[1], sys.argv[2], bytes.fromhex(sys.argv[3])
account = Account()
population, contacts, dispensings = (pl.scan_parquet(f"{data}/{n}.parquet") for n in ("population", "contacts", "dispensings"))
left_out = pl.scan_csv(f"{data}/left-out.csv", schema={"national_id": pl.String, "source": pl.String})
first, last = date.fromisoformat(FROM), date.fromisoformat(UNTIL)


def away(register):
    """The ids of those who are left out of a register or of everything."""
    those = left_out.filter(pl.col("source").fill_null("").is_in(["", register]))
    return those.join(population, on="national_id").select("person_id").unique()


with_code = contacts.filter(pl.col("main_condition").str.starts_with(CODE) & pl.col("in_date").is_between(first, last))
found = population.join(with_code.select("national_id").unique(), on="national_id", how="semi")
found = found.select("person_id").unique().join(away("npr"), on="person_id", how="anti")
people = found.collect(engine="streaming")["person_id"].to_list()
pseudonyms = pl.LazyFrame({"person_id": people, "pseudonym": [pseudonym(key, person) for person in people]})
cohort = population.join(pseudonyms, on="person_id").collect(engine="streaming").lazy()

month = "%Y-%m"
WANTED = {
    "npr_contact": (contacts, "in_date", "npr", [
        pl.col("in_date").dt.strftime(month), "contact_type", pl.col("main_condition").str.head(3),
        "institution", pl.col("municipality").str.head(2),
    ]),
    "lmr_dispensing": (dispensings, "date", "lmr", [pl.col("date").dt.strftime(month), "atc", "packages", "ddd"]),
}
rows = 0
for name, (source, day, register, columns) in WANTED.items():
    allowed = cohort.join(away(register), on="person_id", how="anti").select("national_id", "pseudonym")
    wanted = source.filter(pl.col(day).is_between(first, last)).join(allowed, on="national_id")
    table = wanted.select("pseudonym", *columns).sort("pseudonym").collect(engine="streaming")
    table.write_parquet(f"{made}/{name}.parquet", compression="zstd", compression_level=3)
    rows += table.height
account.say(len(people), rows)
