"""Learns a model from what comparisons.ts wrote, and evaluates it by cross-validation. Started by train.ts.

    python train.py NAME FOLDER VERSION DATA MODEL EVALUATION

NAME is accounts or leads, FOLDER that of comparisons.ts, DATA a JSON object {file: sha256} of what was learned from; MODEL and
EVALUATION are the files to write. The same input gives the same bytes: one thread, fixed seeds, no clock.
"""
import collections
import hashlib
import json
import sys
from pathlib import Path

import lightgbm
import numpy

FOLDS = 5
TREES = 160
PARAMETERS = dict(
    objective="binary", learning_rate=0.1, num_leaves=12, min_data_in_leaf=20, feature_fraction=0.4, bagging_fraction=0.8,
    bagging_freq=1, lambda_l2=5, max_bin=127, seed=1, num_threads=1, deterministic=True, force_row_wise=True, verbose=-1,
)
# Thresholds are looked for on this grid, coarse enough that the choice is no fit to single companies.
GRID = [round(0.30 + 0.02 * i, 2) for i in range(21)]
# How the two thresholds are chosen, in words for the evaluation; `choose` does it.
RULE = (
    "matchAt: of the thresholds 0.30, 0.32 ... 0.70 at which at least 98.7% of the new companies are recognised and F1 is within "
    "0.001 of the best, the middle one. reviewAt: the lowest threshold, down to matchAt - 0.06, such that at most 0.3% of all wait "
    "for a person."
)
NEW_AT_LEAST, F1_SLACK, WIDEST_REVIEW, REVIEW_AT_MOST = 0.987, 0.001, 0.06, 0.003


def outcomes(score, right, positive, match_at, review_at):
    match = score >= match_at
    review = ~match & (score >= review_at)
    hits = int((match & right).sum())
    precision, recall = hits / max(1, int(match.sum())), hits / max(1, int(positive.sum()))
    new = int((~match & ~review & ~positive).sum()) / int((~positive).sum())
    f1 = 0.0 if hits == 0 else 2 * precision * recall / (precision + recall)
    return dict(f1=f1, precision=precision, recall=recall, newRecognised=new, review=int(review.sum()))


def choose(score, right, positive):
    at = {t: outcomes(score, right, positive, t, t) for t in GRID}
    careful = [t for t in GRID if at[t]["newRecognised"] >= NEW_AT_LEAST] or GRID[-1:]
    best = max(at[t]["f1"] for t in careful)
    good = [t for t in careful if at[t]["f1"] >= best - F1_SLACK]
    match_at = good[(len(good) - 1) // 2]
    review_at = match_at
    for step in (0.02, 0.04, WIDEST_REVIEW):
        lower = round(match_at - step, 2)
        if outcomes(score, right, positive, match_at, lower)["review"] <= REVIEW_AT_MOST * len(score):
            review_at = lower
    return match_at, review_at


def best_of_each(probability, pairs, candidates):
    """Of each candidate: the highest probability of an account that may be chosen, and whether that account is right."""
    score, right = numpy.full(candidates, 0.0), numpy.zeros(candidates, bool)
    allowed = numpy.flatnonzero(pairs[:, 2] == 1)
    for row in allowed[numpy.argsort(probability[allowed], kind="stable")]:
        score[pairs[row, 0]], right[pairs[row, 0]] = probability[row], pairs[row, 1] == 1
    return score, right


def per_kind(kinds, score, right, positive, match_at, review_at):
    counts = collections.defaultdict(collections.Counter)
    for kind, s, r, p in zip(kinds, score, right, positive):
        decided = "match" if s >= match_at else "review" if s >= review_at else "new"
        counts[kind]["right" if (r and p if decided == "match" else not p and decided == "new") else "review" if decided == "review" else "missed" if decided == "new" else "wrong"] += 1
    return {kind: {"of": sum(c.values()), **{k: c[k] for k in ("right", "wrong", "missed", "review")}} for kind, c in sorted(counts.items())}


def flattened(booster, name, version, features, match_at, review_at):
    """The model as services/matching reads it: see ModelFile in match-model.ts."""
    roots, feature, threshold, left, right, value = [], [], [], [], [], []

    def number(x):
        return float("%.6g" % x)

    def add(node):
        at = len(feature)
        for column in (feature, threshold, left, right, value):
            column.append(0)
        if "leaf_value" in node:
            feature[at], value[at] = -1, number(node["leaf_value"])
            return at
        assert node["decision_type"] == "<="
        feature[at], threshold[at], value[at] = node["split_feature"], number(node["threshold"]), number(node["internal_value"])
        left[at], right[at] = add(node["left_child"]), add(node["right_child"])
        return at

    for tree in booster.dump_model()["tree_info"]:
        roots.append(add(tree["tree_structure"]))
    return dict(
        version=f"{name}-{version}", features=features, matchAt=match_at, reviewAt=review_at,
        roots=roots, feature=feature, threshold=threshold, left=left, right=right, value=value,
    )


def calibration(probability, same):
    """Of the pairs that a model gave about the same probability, how many are the same company: by a model that has not seen them."""
    edges = (0, 0.02, 0.1, 0.3, 0.5, 0.7, 0.9, 0.98, 1)
    bins, off = [], 0.0
    for low, high in zip(edges, edges[1:]):
        here = (probability >= low) & ((probability < high) | (high == 1))
        count = int(here.sum())
        if count == 0:
            continue
        said, true = float(probability[here].mean()), float(same[here].mean())
        off += count * abs(said - true)
        bins.append({"from": low, "to": high, "pairs": count, "said": round(said, 4), "true": round(true, 4)})
    return {"expectedError": round(off / len(probability), 4), "brier": round(float(((probability - same) ** 2).mean()), 4), "bins": bins}


def rounded(figures):
    return {key: round(figure, 4) if isinstance(figure, float) else figure for key, figure in figures.items()}


def main(name, folder, version, data, model_file, evaluation_file):
    meta = json.loads((Path(folder) / f"{name}.json").read_text())
    x = numpy.fromfile(Path(folder) / f"{name}.features.f32", numpy.float32).reshape(-1, len(meta["features"]))
    pairs = numpy.fromfile(Path(folder) / f"{name}.pairs.i32", numpy.int32).reshape(-1, 3)
    positive = numpy.array([p == 1 for p, _ in meta["candidates"]])
    kinds = [kind for _, kind in meta["candidates"]]

    fold = numpy.random.RandomState(0).randint(0, FOLDS, len(positive))
    probability = numpy.zeros(len(pairs))
    for held_out in range(FOLDS):
        learned_from = fold[pairs[:, 0]] != held_out
        model = lightgbm.train(PARAMETERS, lightgbm.Dataset(x[learned_from], pairs[learned_from, 1]), TREES)
        probability[~learned_from] = model.predict(x[~learned_from])
    score, right = best_of_each(probability, pairs, len(positive))
    match_at, review_at = choose(score, right, positive)

    final = lightgbm.train(PARAMETERS, lightgbm.Dataset(x, pairs[:, 1]), TREES)
    model_text = json.dumps(flattened(final, name, version, meta["features"], match_at, review_at), separators=(",", ":"))
    Path(model_file).write_text(model_text)
    figures = outcomes(score, right, positive, match_at, review_at)
    found = numpy.zeros(len(positive), bool)
    found[pairs[pairs[:, 1] == 1, 0]] = True
    evaluation = {
        "model": f"{name}-{version}", "sha256": hashlib.sha256(model_text.encode()).hexdigest(), "date": version, "data": json.loads(data),
        "method": f"{FOLDS}-fold cross-validation by candidate: each is decided by a model that has not seen it. A match counts only with the right account, any record of its duplicates; review counts as no answer.",
        "learner": {"lightgbm": lightgbm.__version__, "trees": TREES, **{k: v for k, v in PARAMETERS.items() if k not in ("verbose", "num_threads")}},
        "thresholds": {"rule": RULE, "matchAt": match_at, "reviewAt": review_at},
        "candidates": len(positive), "inTheCrm": int(positive.sum()), "foundBySearch": round(float(found[positive].mean()), 4), "pairs": len(pairs),
        "crossValidated": rounded(figures),
        "calibration": calibration(probability, pairs[:, 1]),
        "perFold": [rounded(outcomes(score[fold == f], right[fold == f], positive[fold == f], match_at, review_at)) for f in range(FOLDS)],
        "perThreshold": [rounded({"matchAt": t, **outcomes(score, right, positive, t, t)}) for t in GRID[::2]],
        "perKind": per_kind(kinds, score, right, positive, match_at, review_at),
        "telling": [[f, int(g)] for g, f in sorted(zip(final.feature_importance("gain"), meta["features"]), reverse=True)[:15]],
    }
    text = json.dumps(evaluation, indent=1)
    Path(evaluation_file).write_text(text + "\n")
    print(f"{name}: F1 {figures['f1']:.4f}, precision {figures['precision']:.4f}, recall {figures['recall']:.4f}, new recognised {figures['newRecognised']:.4f}, review {figures['review']}; match from {match_at}, review from {review_at}", file=sys.stderr)


main(*sys.argv[1:])
