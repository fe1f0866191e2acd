"""The extract by DuckDB from Varde's own releases: sorted by a dense index of people, pseudonyms of 16 bytes.
What it does not have to do is finding out who is who by national numbers.

Arguments: folder with the data, folder for the result, key in hexadecimal."""

import csv
import hmac
import os
import sys

import duckdb
from job import CODE, FROM, UNTIL, Account

data, made, key = sys.argv[1], sys.argv[2], bytes.fromhex(sys.argv[3])
account = Account()
db = duckdb.connect(config={"temp_directory": made + "/.spill"})
contacts, dispensings = (f"read_parquet('{data}/release-{n}.parquet')" for n in ("contacts", "dispensings"))
left_out = f"read_csv('{data}/left-out-index.csv', header = true, types = {{'person_index': 'UINTEGER', 'source': 'VARCHAR'}})"
period = f"between DATE '{FROM}' and DATE '{UNTIL}'"

db.execute(f"create temp table away as select person_index, coalesce(source, '') as source from {left_out}")
db.execute(f"""
    create temp table found as
    select distinct person_index from {contacts} where main_condition like '{CODE}%' and in_date {period}
    and person_index not in (select person_index from away where source in ('', 'npr'))
""")
people = [row[0] for row in db.execute("select person_index from found").fetchall()]
table = os.path.join(made, "pseudonyms.csv")
with open(f"{data}/ids.bin", "rb") as ids, open(table, "w", newline="", encoding="utf-8") as file:
    # Sixteen bytes a person in the order of the index.
    ids = ids.read()
    rows = ((p, hmac.digest(key, ids[p * 16:p * 16 + 16], "sha256")[:16].hex()) for p in people)
    csv.writer(file).writerows(rows)
db.execute(f"""
    create temp table cohort as
    select person_index, from_hex(pseudonym) as pseudonym
    from read_csv('{table}', header = false, columns = {{'person_index': 'UINTEGER', 'pseudonym': 'VARCHAR'}})
""")
os.remove(table)

WANTED = {
    "npr_contact": (contacts, "in_date", "npr", """strftime(in_date, '%Y-%m') as in_date, contact_type,
        left(main_condition, 3) as main_condition, institution, left(municipality, 2) as municipality"""),
    "lmr_dispensing": (dispensings, "date", "lmr", "strftime(date, '%Y-%m') as date, atc, packages, ddd"),
}
rows = 0
for name, (source, date, register, columns) in WANTED.items():
    rows += db.execute(f"""
        copy (
            select pseudonym, {columns} from {source} join cohort using (person_index)
            where {date} {period}
              and person_index not in (select person_index from away where source in ('', '{register}'))
            order by pseudonym
        ) to '{made}/{name}.parquet' (format parquet, compression zstd)
    """).fetchone()[0]
account.say(len(people), rows)
