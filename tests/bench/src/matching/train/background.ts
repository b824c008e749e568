/**
 * Writes services/matching/src/domain/word-background.json: which share of the accounts has each frequent word. Started by
 * train.ts.
 */
import { writeFileSync } from 'node:fs';
import { profileOf } from '@signalbox/matching/testing';
import { MODELS } from '../files.ts';
import { accounts } from '../companies.ts';

/** A word that fewer have is rare everywhere. */
const LEAST_SHARE = 4e-4;

const all = accounts();
const holders = new Map<string, number>();
for (const account of all) for (const word of new Set(profileOf(account).forms.flatMap((form) => form.words))) holders.set(word, (holders.get(word) ?? 0) + 1);
const lines = [...holders]
  .filter(([word, count]) => count / all.length >= LEAST_SHARE && !/\d/.test(word))
  .sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))
  .map(([word, count]) => `  ${JSON.stringify(word)}: ${Number((count / all.length).toFixed(5))}`);
writeFileSync(MODELS.background, `{\n${lines.join(',\n')}\n}\n`);
process.stderr.write(`word background: ${lines.length} words of ${all.length} accounts\n`);
