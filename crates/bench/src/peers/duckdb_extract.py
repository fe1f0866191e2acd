"""The extract by DuckDB: who is who by the history of national numbers, the cohort without those who
are left out, a pseudonym for each person, then the registers joined on number.

Arguments: folder with the data, folder for the result, key in hexadecimal."""

import csv
import os
import sys

import duckdb
from job import CODE, FROM, UNTIL, Account, pseudonym

data, made, key = sys.argv[1], sys.argv[2], bytes.fromhex(sys.argv[3])
account = Account()
db = duckdb.connect(config={"temp_directory": made + "/.spill"})
population, contacts, dispensings = (f"read_parquet('{data}/{n}.parquet')" for n in ("population", "contacts", "dispensings"))
left_out = f"read_csv('{data}/left-out.csv', header = true, all_varchar = true, nullstr = '-')"
period = f"between DATE '{FROM}' and DATE '{UNTIL}'"

db.execute(f"""
    create temp table away as
    select person_id, coalesce(source, '') as source from {left_out} join {population} using (national_id)
""")
# Numbers first, people after: few numbers have the code, so the large join is against a small table.
db.execute(f"""
    create temp table found as
    with numbers as (select distinct national_id from {contacts} where main_condition like '{CODE}%' and in_date {period})
    select distinct person_id from {population} semi join numbers using (national_id)
    where person_id not in (select person_id from away where source in ('', 'npr'))
""")
people = [row[0] for row in db.execute("select person_id from found").fetchall()]
table = os.path.join(made, "pseudonyms.csv")
with open(table, "w", newline="", encoding="utf-8") as file:
    csv.writer(file).writerows((person, pseudonym(key, person)) for person in people)
db.execute(f"""
    create temp table cohort as
    select national_id, person_id, pseudonym
    from read_csv('{table}', header = false, names = ['person_id', 'pseudonym'], all_varchar = true)
    join {population} using (person_id)
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
            select pseudonym, {columns} from {source} join cohort using (national_id)
            where {date} {period}
              and person_id not in (select person_id from away where source in ('', '{register}'))
            order by pseudonym
        ) to '{made}/{name}.parquet' (format parquet, compression zstd)
    """).fetchone()[0]
account.say(len(people), rows)
