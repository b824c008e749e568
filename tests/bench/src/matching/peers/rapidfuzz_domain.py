"""A table of rules as teams write it: the same domain first, then the likest name of the same country (rapidfuzz)."""
import collections

from rapidfuzz import fuzz

import common

MOST_PER_WORD = 200


def match(accounts, candidates, arguments, seconds):
    by_domain, by_word = collections.defaultdict(list), collections.defaultdict(list)
    for account in accounts:
        if account["domain"]:
            by_domain[account["domain"]].append(account)
        for word in set(account["name"].split()) - common.COMMON:
            by_word[word].append(account)
    best = []
    for c in candidates:
        found = {a["unique_id"]: a for a in by_domain.get(c["domain"], ())}
        words = sorted((w for w in c["name"].split() if len(by_word.get(w, ())) <= MOST_PER_WORD), key=lambda w: len(by_word.get(w, ())))
        for word in words[:3]:
            found.update((a["unique_id"], a) for a in by_word.get(word, ()))
        top = None
        for a in found.values():
            if a["country"] and c["country"] and a["country"] != c["country"]:
                continue
            likeness = max(fuzz.token_sort_ratio(a["name"], c["name"]), fuzz.ratio(a["name"].replace(" ", ""), c["name"].replace(" ", ""))) / 100
            same = a["domain"] and a["domain"] == c["domain"]
            other = a["domain"] and c["domain"] and not same
            score = likeness + (0.35 if same else -0.12 if other else 0)
            if top is None or (score, a["unique_id"]) > (top[0], top[1]):
                top = (score, a["unique_id"])
        if top:
            best.append((c["unique_id"], top[1], top[0]))
    return best


if __name__ == "__main__":
    common.run(match)
