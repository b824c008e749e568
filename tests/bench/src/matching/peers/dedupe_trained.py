"""dedupe: its RecordLink (of duplicates: Dedupe), learned from a few hundred labels as a person at its console would give them.

Names by its conditional random field, which its documentation calls the more accurate of its two distances, and by words weighed by
rarity; the rules of its blocks are learned too, without index predicates. Learning from all labels took eight minutes to begin.
"""
import collections
import random
import sys
import types

# Two packages that it imports and that have no wheels: the other distance, and the learning of the random field. Neither is used.
for absent in ("affinegap", "lbfgs"):
    sys.modules[absent] = types.ModuleType(absent)
sys.modules["affinegap"].normalizedAffineGapDistance = None

import dedupe
from dedupe import variables

import common

FOLDS = 2
RIGHT, WRONG, CANDIDATES, MORE_ACCOUNTS, MOST_PER_KEY = 250, 350, 1500, 3000, 50
CORES = dict(num_cores=2, in_memory=True)


def table(rows):
    return {r["unique_id"]: {field: r[field] or None for field in ("name", "domain", "country")} for r in rows}


def keys(record):
    return [*set((record["name"] or "").split()), *filter(None, [record["domain"]])]


def near_but_wrong(accounts, asked, labels):
    """Of each of `asked` (id, record) an account with the same domain or rarest word that it is not."""
    holders = collections.defaultdict(list)
    for unique_id, account in accounts.items():
        for key in keys(account):
            holders[key].append(unique_id)
    for left, record in asked:
        found = sorted((k for k in keys(record) if k in holders and len(holders[k]) < MOST_PER_KEY), key=lambda k: (len(holders[k]), k))
        wrong = next((a for k in found for a in holders[k] if a != left and not labels.right(left, a)), None)
        if wrong:
            yield left, wrong


def learned(accounts, candidates, labels, held_out):
    """From labels of the other folds."""
    chance = random.Random(0)
    lefts = candidates or accounts
    ids = [left for left in lefts if labels.fold(left, FOLDS) != held_out]
    chance.shuffle(ids)
    others = set(ids)
    right = [pair for pair in labels.pairs if pair[0] in others]
    right = chance.sample(right, min(RIGHT, len(right)))
    wrong = [pair for _, pair in zip(range(WRONG), near_but_wrong(accounts, ((left, lefts[left]) for left in ids), labels))]
    records = lambda pairs: [(lefts[left], accounts[account]) for left, account in pairs]
    of_labels = {account for _, account in right + wrong}
    few = of_labels | set(chance.sample(sorted(set(accounts) - of_labels), MORE_ACCOUNTS))
    fields = [
        variables.String("name", crf=True), variables.Text("name", corpus=[a["name"] for a in accounts.values()]),
        variables.Exact("domain", has_missing=True), variables.Exact("country", has_missing=True),
    ]
    linker = (dedupe.RecordLink if candidates else dedupe.Dedupe)(fields, **CORES)
    linker.training_pairs = {"match": records(right), "distinct": records(wrong)}
    small = {a: accounts[a] for a in sorted(few)}
    linker.prepare_training(*([{c: candidates[c] for c in ids[:CANDIDATES]}, small] if candidates else [small]))
    linker.train(recall=0.95, index_predicates=False)
    return linker


def scored(linker, accounts, candidates):
    found = linker.score(linker.pairs(candidates, accounts) if candidates else linker.pairs(accounts))
    lefts = candidates or accounts
    for (left, account), score in zip(found["pairs"], found["score"]):
        one, other = lefts[left]["country"], accounts[account]["country"]
        if one is None or other is None or one == other:
            yield str(left), str(account), float(score)


def learn(account_rows, candidate_rows, labels, arguments):
    accounts, candidates = table(account_rows), table(candidate_rows)
    answers = []
    for held_out in range(FOLDS):
        linker = learned(accounts, candidates, labels, held_out)
        if held_out == 0:
            # For speed, and for companies that no fold has seen.
            with open(arguments.model, "wb") as model:
                linker.write_settings(model)
        linker.cleanup_training()
        answers += [answer for answer in scored(linker, accounts, candidates) if labels.fold(answer[0], FOLDS) == held_out]
    return answers


def match(account_rows, candidate_rows, arguments, seconds):
    accounts, candidates = table(account_rows), table(candidate_rows)
    with open(arguments.model, "rb") as model:
        linker = (dedupe.StaticRecordLink if candidates else dedupe.StaticDedupe)(model, **CORES)
    return common.likeliest(list(scored(linker, accounts, candidates)), arguments)


if __name__ == "__main__":
    common.run(match, learn)
