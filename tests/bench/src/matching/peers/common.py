"""What every peer needs: the files, and names, domains and countries made plain as their users would do it.

Each peer is started as `PEER.py --accounts A.csv --candidates C.csv --out D.csv --countries countries.json [--match-at T]`; it
writes `candidate_id,account_id,score` with the likeliest account of every candidate, whatever the threshold, and prints a JSON
object of seconds: of preparing both files, of matching (from both being prepared to the likeliest account of each), of all.
"""
import argparse
import csv
import json
import re
import time
import unicodedata

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


class Countries:
    """Codes of spellings, by a table made with the product's own list: what a careful user would bring."""

    def __init__(self, file):
        self.codes = json.load(open(file, encoding="utf8"))

    def code(self, country):
        return self.codes.get(country) or None


def rows(file, countries):
    with open(file, encoding="utf8", newline="") as lines:
        for row in csv.DictReader(lines):
            name = core(row["name"])
            yield {
                "unique_id": row.get("account_id") or row["candidate_id"],
                "name": name, "plain": plain(row["name"]), "domain": domain(row["website"]), "country": countries.code(row["country"]),
            }


def run(match):
    """`match(accounts, candidates, arguments)` gets lists of rows and returns (candidate, account, score) of the likeliest accounts."""
    parser = argparse.ArgumentParser()
    for option in ("accounts", "candidates", "out", "countries"):
        parser.add_argument(f"--{option}", required=True)
    parser.add_argument("--model")
    arguments = parser.parse_args()
    begun = time.perf_counter()
    countries = Countries(arguments.countries)
    accounts, candidates = list(rows(arguments.accounts, countries)), list(rows(arguments.candidates, countries))
    prepared = time.perf_counter()
    seconds = {}
    best = match(accounts, candidates, arguments, seconds)
    matched = time.perf_counter()
    with open(arguments.out, "w", encoding="utf8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(["candidate_id", "account_id", "score"])
        writer.writerows(best)
    own = seconds.get("prepare", 0.0)
    print(json.dumps({"prepare": round(prepared - begun + own, 3), "match": round(seconds.get("match", matched - prepared - own), 3), "total": round(time.perf_counter() - begun, 3)}))
