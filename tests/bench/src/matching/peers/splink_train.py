"""Learns Splink's weights from the labelled companies: u from random pairs, m from the labels.

    python splink_train.py --accounts A.csv --candidates C.csv --duplicates D.csv --countries countries.json --model MODEL.json
"""
import argparse
import csv

import pyarrow
import splink.comparison_library as cl
from splink import SettingsCreator, block_on

import common
from splink_duckdb import linker_of

SETTINGS = SettingsCreator(
    link_type="link_only",
    unique_id_column_name="unique_id",
    blocking_rules_to_generate_predictions=[
        block_on("domain"), block_on("name"), block_on("begin", "country"), block_on("tokens", "country", arrays_to_explode=["tokens"]),
    ],
    comparisons=[
        cl.JaroWinklerAtThresholds("name", [0.95, 0.9, 0.8]).configure(term_frequency_adjustments=True),
        cl.ArrayIntersectAtSizes("tokens", [3, 2, 1]),
        cl.ExactMatch("domain").configure(term_frequency_adjustments=True),
        cl.ExactMatch("country"),
    ],
    retain_intermediate_calculation_columns=False,
    retain_matching_columns=False,
    additional_columns_to_retain=["country"],
)


def main():
    parser = argparse.ArgumentParser()
    for option in ("accounts", "candidates", "countries", "model"):
        parser.add_argument(f"--{option}", required=True)
    arguments = parser.parse_args()
    countries = common.Countries(arguments.countries)
    accounts, candidates = list(common.rows(arguments.accounts, countries)), list(common.rows(arguments.candidates, countries))
    linker = linker_of(accounts, candidates, SETTINGS)
    with open(arguments.candidates, encoding="utf8", newline="") as lines:
        right = [(r["candidate_id"], r["true_account_id"]) for r in csv.DictReader(lines) if r["true_account_id"]]
    labels = linker._db_api.register(pyarrow.table({
        "source_dataset_l": ["account"] * len(right), "unique_id_l": [a for _, a in right],
        "source_dataset_r": ["candidate"] * len(right), "unique_id_r": [c for c, _ in right],
    }))
    linker.training.estimate_u_using_random_sampling(max_pairs=5e6, seed=1)
    linker.training.estimate_m_from_pairwise_labels(labels)
    # About every second candidate has one right account.
    linker._settings_obj._probability_two_random_records_match = 0.55 / len(accounts)
    linker.misc.save_model_to_json(arguments.model, overwrite=True)


main()
