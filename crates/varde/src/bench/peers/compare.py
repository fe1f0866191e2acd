"""Whether all results are the same rows, whatever their order. Arguments: the folders."""

import sys

import duckdb

first, *others = sys.argv[1:]
for other in others:
    for name in ("npr_contact", "lmr_dispensing"):
        ours, theirs = (f"select * from read_parquet('{folder}/{name}.parquet')" for folder in (first, other))
        for one, another in ((ours, theirs), (theirs, ours)):
            more = duckdb.execute(f"select count(*) from ({one} except all {another})").fetchone()[0]
            if more:
                sys.exit(f"{name}: {more} rows of one are not in the other ({first}, {other})")
