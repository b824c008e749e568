"""What every peer needs: the files, and names, domains and countries made plain as their users would do it.

A peer is started as `PEER.py --subject companies|leads|duplicates --accounts A.csv [--candidates C.csv] --out D.csv --known known.json
[--model MODEL]`. It writes `candidate_id,account_id,score` with the likeliest account of every candidate, whatever the threshold (of
duplicates: `account_id,duplicate_of,score`, every pair that may be one), and prints a JSON object of seconds: of preparing both files,
of matching (from both being prepared to the likeliest account of each), of all.

One that learns is first started with `--truth T.csv --duplicates crm_duplicates.csv`: it writes MODEL, learned from all labels, and if
it would be judged on pairs that it has seen, to D.csv the answers of models that have not seen them.
"""
import argparse
import csv
import json
import re
import sys
import time
import unicodedata
import zlib

import tldextract

LEGAL = set(
    "inc incorporated corp corporation co company llc lp llp ltd limited plc pty pvt private pte bhd berhad sdn gmbh mbh ag kg kgaa se ev sa sas sarl spa srl sl "
    "bv nv ab as asa aps oy oyj hf sro kft zrt nyrt doo dd ad ooo oao pao pjsc ojsc jsc tbk pt kk pcl publ sab cv de rl sae saog wll bsc ks rf".split()
)
COMMON = set("the of and for de la le les des du et e y di del der die das und fur in at on".split())
SHARED = set("linkedin.com facebook.com twitter.com x.com instagram.com youtube.com wikipedia.org google.com wixsite.com wordpress.com blogspot.com gmail.com hotmail.com yahoo.com outlook.com github.io sites.google.com".split())
# The list of public suffixes that comes with the package: no look at the network.
EXTRACT = tldextract.TLDExtract(suffix_list_urls=(), include_psl_private_domains=True)


def plain(name):
    folded = unicodedata.normalize("NFKD", name.lower())
    text = "".join(c for c in folded if not unicodedata.combining(c)).replace("&", " and ")
    return re.sub(r"[^\w]+", " ", text.replace(".", "")).strip()


def core(name):
    words = plain(name).split()
    kept = [w for w in words if w not in LEGAL] or words
    return " ".join(kept)


def domain(website):
    if not website:
        return None
    found = EXTRACT(website)
    whole = found.top_domain_under_public_suffix.lower()
    return None if not whole or whole in SHARED else whole


class Known:
    """What the product's own lists know (known.ts): codes of countries' spellings, mail hosts and texts that say nothing of a company."""

    def __init__(self, file):
        with open(file, encoding="utf8") as lists:
            known = json.load(lists)
        self.codes, self.free_mail, self.no_company = known["countries"], set(known["freeMail"]), set(known["noCompany"])

    def facts(self, row):
        """Id, name and website; a lead's are its company's text and the host of its mail."""
        if "lead_id" not in row:
            return row.get("account_id") or row["candidate_id"], row["name"], row["website"]
        host = row["email"].rpartition("@")[2]
        return row["lead_id"], "" if row["company"] in self.no_company else row["company"], "" if host in self.free_mail else host


def records(file):
    with open(file, encoding="utf8", newline="") as lines:
        yield from csv.DictReader(lines)


def rows(file, known):
    for row in records(file):
        unique_id, name, website = known.facts(row)
        yield {"unique_id": unique_id, "name": core(name), "plain": plain(name), "domain": domain(website), "country": known.codes.get(row["country"]) or None}


class Labels:
    """Which account a candidate (of duplicates: an account) is. `pairs`: those known to be right."""

    def __init__(self, arguments):
        self.original = {r["account_id"]: r["duplicate_of"] for r in records(arguments.duplicates)}
        ids = {"companies": ("candidate_id", "true_account_id"), "leads": ("lead_id", "true_account_id"), "duplicates": ("account_id", "duplicate_of")}
        left, right = ids[arguments.subject]
        self.truth = {r[left]: r[right] for r in records(arguments.truth)}
        self.pairs = [(c, a) for c, a in self.truth.items() if a]
        self.among_accounts = arguments.subject == "duplicates"

    def cluster(self, account):
        return self.original.get(account, account)

    def right(self, left, account):
        truth = left if self.among_accounts else self.truth[left]
        return bool(truth) and self.cluster(truth) == self.cluster(account)

    def fold(self, left, folds):
        """Duplicates of each other are in one fold."""
        return zlib.crc32((self.cluster(left) if self.among_accounts else left).encode()) % folds


def arguments_of(*more):
    parser = argparse.ArgumentParser()
    for option in ("subject", "accounts", "out", "known", *more):
        parser.add_argument(f"--{option}", required=True)
    parser.add_argument("--candidates")
    parser.add_argument("--model")
    return parser.parse_args()


def both(arguments):
    known = Known(arguments.known)
    return list(rows(arguments.accounts, known)), list(rows(arguments.candidates, known)) if arguments.candidates else []


def write(arguments, answers):
    with open(arguments.out, "w", encoding="utf8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(["account_id", "duplicate_of", "score"] if arguments.subject == "duplicates" else ["candidate_id", "account_id", "score"])
        writer.writerows(answers)


def likeliest(scored, arguments):
    """Of (candidate, account, score) the best for each candidate; of duplicates all."""
    if arguments.subject == "duplicates":
        return scored
    best = {}
    for candidate, account, score in scored:
        if candidate not in best or (score, account) > best[candidate]:
            best[candidate] = (score, account)
    return [(candidate, account, score) for candidate, (score, account) in best.items()]


def learn(learner):
    """`learner(accounts, candidates, labels, arguments)` writes the model, and returns answers of models that have not seen them, or None."""
    arguments = arguments_of("truth", "duplicates")
    answers = learner(*both(arguments), Labels(arguments), arguments)
    if answers is not None:
        write(arguments, likeliest(answers, arguments))


def run(match, learner=None):
    """`match(accounts, candidates, arguments, seconds)` gets lists of rows and returns (candidate, account, score) of the likeliest accounts."""
    if learner and "--truth" in sys.argv:
        return learn(learner)
    arguments = arguments_of()
    begun = time.perf_counter()
    accounts, candidates = both(arguments)
    prepared = time.perf_counter()
    seconds = {}
    best = match(accounts, candidates, arguments, seconds)
    matched = time.perf_counter()
    write(arguments, best)
    own = seconds.get("prepare", 0.0)
    print(json.dumps({"prepare": round(prepared - begun + own, 3), "match": round(seconds.get("match", matched - prepared - own), 3), "total": round(time.perf_counter() - begun, 3)}))
