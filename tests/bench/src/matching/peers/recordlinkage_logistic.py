"""recordlinkage: blocks, its comparisons, its logistic regression learned from the labels, with how a name's likeness counts
depending on what the domains say (that raised F1 from 0.927 to 0.940)."""
import collections
import pickle
import warnings

import numpy
import pandas
import recordlinkage
from recordlinkage.index import Block

import common

warnings.filterwarnings("ignore", category=FutureWarning)
FOLDS = 5
LIKENESS = ("jarowinkler", "levenshtein", "qgram", "cosine", "whole", "rarest")


def frame(rows, seen):
    """`seen`: how many accounts have a word. The two rarest that any has stand in columns of their own: to block on, and to compare."""
    made = pandas.DataFrame(rows).set_index("unique_id")
    rare = [sorted((w for w in set(n.split()) if len(w) > 2 and w not in common.COMMON), key=lambda w: (seen.get(w, len(rows)), w)) for n in made["name"]]
    made["rarest"], made["rarer"] = ([words[i] if len(words) > i else None for words in rare] for i in (0, 1))
    made["name"] = made["name"].replace("", None)
    made["letters"] = made["name"].str.replace(" ", "")
    made["begin"] = made["letters"].str[:7]
    made["initials"] = ["".join(w[0] for w in (n or "").split() if w not in common.COMMON) or None for n in made["name"]]
    return made


def pairs_of(accounts, candidates, anywhere):
    """`anywhere`: leads are often abroad; a company, never."""
    index = recordlinkage.Index([Block("domain"), Block("letters"), Block("begin")])
    for left in ("rarest", "rarer"):
        for right in ("rarest", "rarer"):
            index.add(Block([left, "country"], [right, "country"]))
    pairs = index.index(accounts) if candidates is None else index.index(candidates, accounts)
    if anywhere:
        return pairs
    lefts = accounts if candidates is None else candidates
    mine, theirs = (f["country"].reindex(pairs.get_level_values(i)).to_numpy() for i, f in enumerate((lefts, accounts)))
    return pairs[pandas.isna(mine) | pandas.isna(theirs) | (mine == theirs)]


def compared(accounts, candidates, anywhere):
    pairs = pairs_of(accounts, candidates, anywhere)
    compare = recordlinkage.Compare()
    compare.string("name", "name", method="jarowinkler", label="jarowinkler")
    compare.string("letters", "letters", method="levenshtein", label="levenshtein")
    compare.string("name", "name", method="qgram", label="qgram")
    compare.string("name", "name", method="cosine", label="cosine")
    for field in ("rarest", "rarer", "initials"):
        compare.exact(field, field, label=field)
    for field in ("domain", "country"):
        compare.exact(field, field, missing_value=0.5, label=field)
    x = compare.compute(pairs, *([accounts] if candidates is None else [candidates, accounts])).astype(float).fillna(0)
    x["whole"] = (x["levenshtein"] == 1) * 1.0
    x["same"], x["other"], x["nowhere"] = ((x[field] == value) * 1.0 for field, value in (("domain", 1), ("domain", 0), ("country", 0.5)))
    for of in LIKENESS:
        x[f"{of} same"], x[f"{of} other"], x[f"{of} squared"] = x[of] * x["same"], x[of] * x["other"], x[of] ** 2
    return x


def features(accounts, candidates, arguments):
    seen = collections.Counter(word for a in accounts for word in set(a["name"].split()))
    return compared(frame(accounts, seen), frame(candidates, seen) if candidates else None, arguments.subject == "leads")


def learned(x, right):
    classifier = recordlinkage.LogisticRegressionClassifier(max_iter=2000)
    classifier.fit(x, x.index[right])
    return classifier


def answers(x, score):
    return list(zip(x.index.get_level_values(0), x.index.get_level_values(1), map(float, score)))


def learn(accounts, candidates, labels, arguments):
    x = features(accounts, candidates, arguments)
    right = numpy.array([labels.right(c, a) for c, a in x.index])
    fold = numpy.array([labels.fold(c, FOLDS) for c, _ in x.index])
    score = numpy.zeros(len(x))
    for held_out in range(FOLDS):
        at = fold == held_out
        score[at] = learned(x[~at], right[~at]).prob(x[at])
    with open(arguments.model, "wb") as model:
        pickle.dump(learned(x, right), model)
    return answers(x, score)


def match(accounts, candidates, arguments, seconds):
    with open(arguments.model, "rb") as model:
        classifier = pickle.load(model)
    x = features(accounts, candidates, arguments)
    return common.likeliest(answers(x, classifier.prob(x)), arguments)


if __name__ == "__main__":
    common.run(match, learn)
