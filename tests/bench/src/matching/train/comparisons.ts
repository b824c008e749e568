/**
 * Writes what the engine compares of every labelled company or lead and the accounts found for it, for train.py. Started by
 * train.ts: `comparisons.ts accounts|leads FOLDER`.
 *   FOLDER/NAME.features.f32  a row of float32 for each pair, in the order of FEATURES
 *   FOLDER/NAME.pairs.i32     for each pair: candidate, is it the same company, may it be chosen (see `eligible`)
 *   FOLDER/NAME.json          the names of the features; of each candidate whether an account is right, and its kind
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FEATURES, PackedIndex, PartBuilder, WordRarity, compareAll, differentCountries, joinParts, keyHash, leadFacts, plausible, profileOf, type CompanyFacts } from '@signalbox/matching/testing';
import { accounts as accountRows, candidates, clusters, leads } from '../companies.ts';
import type { ModelName } from '../files.ts';

interface Labelled {
  facts: CompanyFacts;
  truth: string;
  kind: string;
}

const [name, folder] = process.argv.slice(2) as [ModelName, string];
const labelled: Labelled[] = name === 'leads'
  ? leads().map((row) => ({ facts: leadFacts(row), truth: row.true_account_id, kind: row.kind }))
  : candidates().map((row) => ({ facts: row, truth: row.true_account_id, kind: row.kind }));

const all = accountRows();
const builder = new PartBuilder();
for (const account of all) builder.add(account.account_id, account);
const index = new PackedIndex(joinParts([builder.finish()]));
const rarity = new WordRarity(all.length, (word) => index.count(keyHash('word', word)));
const clusterOf = clusters();

const features: Float32Array[] = [];
const pairs: number[] = [];
for (const [at, { facts, truth }] of labelled.entries()) {
  const profile = profileOf(facts);
  const { accounts, namesakes, onDomain } = index.find(profile);
  // By id, so that the trainer sees them in the same order whatever search does first.
  const found = [...accounts].sort((a, b) => (a.accountId < b.accountId ? -1 : 1));
  const rows = compareAll(profile, found, { rarity: (word) => rarity.of(word), namesakes, onDomain });
  for (const [i, account] of found.entries()) {
    const row = rows[i] as Float32Array;
    features.push(row);
    // As the engine: implausible pairs are never asked about, and companies are one per country (CNA-5).
    const eligible = plausible(row) && !(name === 'accounts' && differentCountries(profile, account.profile));
    pairs.push(at, truth !== '' && clusterOf(truth) === clusterOf(account.accountId) ? 1 : 0, eligible ? 1 : 0);
  }
}

const flat = new Float32Array(features.length * FEATURES.length);
for (const [i, row] of features.entries()) flat.set(row, i * FEATURES.length);
writeFileSync(join(folder, `${name}.features.f32`), flat);
writeFileSync(join(folder, `${name}.pairs.i32`), Int32Array.from(pairs));
writeFileSync(join(folder, `${name}.json`), JSON.stringify({ features: FEATURES, candidates: labelled.map(({ truth, kind }) => [truth === '' ? 0 : 1, kind]) }));
process.stderr.write(`${name}: ${features.length} pairs of ${labelled.length}\n`);
