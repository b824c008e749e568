"""Learns Splink's weights from the labels: u from random pairs, m from the labels. Its few weights are judged on what they have seen."""
import pyarrow
import splink.comparison_level_library as cll
import splink.comparison_library as cl
from splink import SettingsCreator, block_on

import common
from splink_duckdb import linker_of

# The share of words that both names have: counting them instead (ArrayIntersectAtSizes) is in favour of long names.
SHARE = "len(list_intersect(words_l, words_r)) / len(list_distinct(list_concat(words_l, words_r)))"
SHARED_WORDS = cl.CustomComparison(output_column_name="words", comparison_levels=[
    cll.NullLevel("words"), *(cll.CustomLevel(f"{SHARE} >= {share}", f"from {share}") for share in (1, 0.75, 0.6, 0.4)), cll.ElseLevel(),
])


def settings(link_type, anywhere):
    """`anywhere`: leads are often abroad."""
    begins = block_on("begin") if anywhere else block_on("begin", "country")
    return SettingsCreator(
        link_type=link_type,
        unique_id_column_name="unique_id",
        blocking_rules_to_generate_predictions=[
            block_on("domain"), block_on("name"), begins, block_on("tokens", "country", arrays_to_explode=["tokens"]),
        ],
        comparisons=[
            cl.JaroWinklerAtThresholds("name", [0.95, 0.9, 0.8]).configure(term_frequency_adjustments=True),
            SHARED_WORDS,
            cl.ExactMatch("domain").configure(term_frequency_adjustments=True),
            cl.ExactMatch("country"),
        ],
        retain_intermediate_calculation_columns=False,
        retain_matching_columns=False,
        additional_columns_to_retain=["country"],
    )


def learn(accounts, candidates, labels, arguments):
    linker = linker_of(accounts, candidates, settings("link_only" if candidates else "dedupe_only", arguments.subject == "leads"))
    known = {"unique_id_l": [a for _, a in labels.pairs], "unique_id_r": [c for c, _ in labels.pairs]}
    if candidates:
        known.update(source_dataset_l=["account"] * len(labels.pairs), source_dataset_r=["candidate"] * len(labels.pairs))
    linker.training.estimate_u_using_random_sampling(max_pairs=5e6, seed=1)
    linker.training.estimate_m_from_pairwise_labels(linker._db_api.register(pyarrow.table(known)))
    # Share of all pairs that are right: about every second candidate has one right account.
    share = 0.55 / len(accounts) if candidates else len(labels.pairs) / (len(accounts) * (len(accounts) - 1) / 2)
    linker._settings_obj._probability_two_random_records_match = share
    linker.misc.save_model_to_json(arguments.model, overwrite=True)


common.learn(learn)
