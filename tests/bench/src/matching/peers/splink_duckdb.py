"""Splink on DuckDB, with a model learned by splink_train.py from the labelled companies."""
import logging
import time
from pathlib import Path

import duckdb
import pyarrow
from splink import DuckDBAPI, Linker

import common


def table(rows):
    columns = {c: [r[c] for r in rows] for c in ("unique_id", "name", "plain", "domain", "country")}
    columns["tokens"] = [[w for w in r["name"].split() if len(w) > 3 and w not in common.COMMON] for r in rows]
    columns["begin"] = [r["name"].replace(" ", "")[:7] for r in rows]
    return pyarrow.table(columns)


def linker_of(accounts, candidates, settings):
    logging.getLogger("splink").setLevel(logging.ERROR)
    api = DuckDBAPI(duckdb.connect(":memory:"))
    a = api.register(table(accounts), dataset_display_name="account")
    c = api.register(table(candidates), dataset_display_name="candidate")
    return Linker([c, a], settings, log_level=logging.ERROR)


# The likeliest account of each candidate, never one in another country; which side it stands on is Splink's choice.
LIKELIEST = """
with sided as (
  select case when source_dataset_l = 'account' then unique_id_r else unique_id_l end candidate,
         case when source_dataset_l = 'account' then unique_id_l else unique_id_r end account, match_weight, match_probability
  from {pairs} where country_l is null or country_r is null or country_l = country_r
)
select candidate, arg_max(account, match_weight), max(match_probability) from sided group by candidate
"""


def likeliest(linker):
    pairs = linker.inference.predict(threshold_match_probability=0.05)
    return linker._db_api._con.execute(LIKELIEST.format(pairs=pairs.physical_name)).fetchall()


def match(accounts, candidates, arguments, seconds):
    begun = time.perf_counter()
    linker = linker_of(accounts, candidates, Path(arguments.model))
    ready = time.perf_counter()
    best = likeliest(linker)
    seconds["prepare"], seconds["match"] = ready - begun, time.perf_counter() - ready
    return best


if __name__ == "__main__":
    common.run(match)
