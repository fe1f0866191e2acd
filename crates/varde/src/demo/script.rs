//! The script that the demo's researcher runs in the room.

/// Counts people with heart failure by year of their contacts (the permit gives the year alone, as a
/// number), and drops what is small.
pub(crate) const PYTHON: &str = r#"import csv, duckdb
rows = duckdb.sql("""
    select in_date as year, count(distinct pseudonym) as people
    from '/data/npr_contact.parquet' group by 1 order by 1
""").fetchall()
with open('/outbox/people_by_year.csv', 'w', newline='') as out:
    table = csv.writer(out)
    table.writerow(['year', 'people'])
    for year, people in rows:
        if people >= 10:
            table.writerow([year, 5 * round(people / 5)])
print(f'{len(rows)} years')
"#;

/// The same with Python alone, for rooms without data packages: the number of files is a result too.
pub(crate) const PLAIN: &str = r#"import csv, os
with open('/outbox/people_by_year.csv', 'w', newline='') as out:
    table = csv.writer(out)
    table.writerow(['file', 'kilobytes'])
    for name in sorted(os.listdir('/data')):
        table.writerow([name, 50 * round(os.path.getsize('/data/' + name) / 51200)])
print('done')
"#;

/// The file it writes.
pub(crate) const RESULT: &str = "people_by_year.csv";
