"""Whether all results are the same rows, whatever their order. Arguments: the folders."""

import sys

import duckdb

first, *others = sys.argv[1:]
for other in others:
    for name in ("npr_contact", "lmr_dispensing"):
        # Sixteen bytes or their hexadecimal digits are the same pseudonym.
        as_text = "case when typeof(pseudonym) = 'BLOB' then lower(hex(pseudonym::BLOB)) else pseudonym::VARCHAR end"
        ours, theirs = (
            f"select * replace ({as_text} as pseudonym) from read_parquet('{folder}/{name}.parquet')"
            for folder in (first, other)
        )
        for one, another in ((ours, theirs), (theirs, ours)):
            more = duckdb.execute(f"select count(*) from ({one} except all {another})").fetchone()[0]
            if more:
                sys.exit(f"{name}: {more} rows of one are not in the other ({first}, {other})")
