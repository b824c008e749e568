/**
 * 10,000 planned accounts through the whole product, beside a bare jsforce loop that writes the same records to the same
 * sandbox with the same batches, in the same run. Prints one JSON object. The sandbox is a process of its own.
 *   node tests/bench/src/create-accounts/main.ts [--records 10000] [--latency 0] [--rounds 3]
 */
import { parseArgs } from 'node:util';
import { bareLoop } from './bare-loop.ts';
import { startBench } from './scene.ts';

const { values } = parseArgs({ options: { records: { type: 'string', default: '10000' }, latency: { type: 'string', default: '0' }, rounds: { type: 'string', default: '3' } } });
const RECORDS = Number(values.records);
const ROUNDS = Number(values.rounds);

const median = (list: number[]) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)] ?? 0;

const rounds = [];
for (let round = 0; round < ROUNDS; round += 1) {
  // Each round on a fresh org and a fresh product: what the bare loop wrote would be news to read in the next.
  const bench = await startBench(Number(values.latency));
  try {
    const records = Array.from({ length: RECORDS }, (_, i) => ({ Name: `Bare ${round} Works ${i}`, Website: `bare${round}-works-${i}.com`, BillingCountry: 'Norway', Signalbox_Id__c: `bare-${round}-${i}` }));
    const product = await bench.productRun(round, RECORDS);
    const bare = await bareLoop(bench.org, records);
    rounds.push({ bare, product, ratio: bare.seconds / product.seconds });
    process.stderr.write(`round ${round + 1}: bare ${bare.seconds.toFixed(2)} s, product ${product.seconds.toFixed(2)} s, ratio ${(bare.seconds / product.seconds).toFixed(2)}, calls ${JSON.stringify(product.apiCalls)}\n`);
  } finally {
    await bench.stop();
  }
}
process.stdout.write(`${JSON.stringify({ records: RECORDS, latencyMs: Number(values.latency), ratio: median(rounds.map((r) => r.ratio)), rounds })}\n`);
process.exit(0);
