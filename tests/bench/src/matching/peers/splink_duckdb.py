"""Splink on DuckDB, with a model learned by splink_train.py from the labels."""
import logging
import time
from pathlib import Path

import duckdb
import pyarrow
from splink import DuckDBAPI, Linker

import common


def table(rows):
    columns = {c: [r[c] or None for r in rows] for c in ("unique_id", "name", "plain", "domain", "country")}
    columns["tokens"] = [[w for w in r["name"].split() if len(w) > 3 and w not in common.COMMON] if r["name"] else None for r in rows]
    columns["words"] = [[w for w in r["name"].split() if w not in common.COMMON] or None for r in rows]
    columns["begin"] = [r["name"].replace(" ", "")[:7] or None for r in rows]
    return pyarrow.table(columns)


def linker_of(accounts, candidates, settings):
    """Of accounts alone (no candidates): for their duplicates."""
    logging.getLogger("splink").setLevel(logging.ERROR)
    api = DuckDBAPI(duckdb.connect(":memory:"))
    tables = [api.register(table(accounts), dataset_display_name="account")]
    if candidates:
        tables.insert(0, api.register(table(candidates), dataset_display_name="candidate"))
    return Linker(tables, settings, log_level=logging.ERROR)


# Leads are often abroad; a company, never.
SAME_COUNTRY = "country_l is null or country_r is null or country_l = country_r"
# The likeliest account of each candidate; which side it stands on is Splink's choice.
LIKELIEST = """
with sided as (
  select case when source_dataset_l = 'account' then unique_id_r else unique_id_l end candidate,
         case when source_dataset_l = 'account' then unique_id_l else unique_id_r end account, match_weight, match_probability
  from {pairs} where {allowed}
)
select candidate, arg_max(account, match_weight), max(match_probability) from sided group by candidate
"""
DUPLICATES = "select unique_id_l, unique_id_r, match_probability from {pairs} where {allowed}"


def match(accounts, candidates, arguments, seconds):
    begun = time.perf_counter()
    linker = linker_of(accounts, candidates, Path(arguments.model))
    ready = time.perf_counter()
    pairs = linker.inference.predict(threshold_match_probability=0.05)
    wanted = LIKELIEST if candidates else DUPLICATES
    best = linker._db_api._con.execute(wanted.format(pairs=pairs.physical_name, allowed="true" if arguments.subject == "leads" else SAME_COUNTRY)).fetchall()
    seconds["prepare"], seconds["match"] = ready - begun, time.perf_counter() - ready
    return best


if __name__ == "__main__":
    common.run(match)
