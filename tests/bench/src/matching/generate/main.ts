/**
 * Companies at any scale with known truth, made of real ones by a seed, into .cache/bench-matching/<accounts>:
 *   node tests/bench/src/matching/generate/main.ts [--accounts 100000] [--candidates 10000] [--seed 4]      # after ./signalbox build
 */
import { parseArgs } from 'node:util';
import { generated } from './sizes.ts';

const { values } = parseArgs({ options: { accounts: { type: 'string', default: '100000' }, candidates: { type: 'string', default: '10000' }, seed: { type: 'string', default: '4' } } });
const { accounts, candidates } = await generated(Number(values.accounts), Number(values.candidates), Number(values.seed));
process.stdout.write(`${accounts}\n${candidates}\n`);
