/**
 * One to four crm-writer processes on a real Kafka and one connection: whether each adds its share while the CRM's latency is what
 * is waited for, and whether all together stay within the connection's limit, also when they want much more.
 *   node tests/bench/src/writer-replicas/main.ts [--writers 1,2,3,4] [--latency 200] [--limit 800] [--tight 100] [--concurrency 1] [--records 10] [--seconds 20]     # after ./signalbox build
 */
import { parseArgs } from 'node:util';
import { replicas, WINDOW_MS, type Plan, type ReplicasResult } from './replicas.ts';

const { values } = parseArgs({ options: {
  writers: { type: 'string', default: '1,2,3,4' }, latency: { type: 'string', default: '200' }, limit: { type: 'string', default: '800' }, tight: { type: 'string', default: '100' },
  concurrency: { type: 'string', default: '1' }, records: { type: 'string', default: '10' }, seconds: { type: 'string', default: '20' },
} });
const counts = values.writers.split(',').filter((one) => one !== '').map(Number);
const plan: Omit<Plan, 'writers'> = { latencyMs: Number(values.latency), limit: Number(values.limit), concurrency: Number(values.concurrency), records: Number(values.records), seconds: Number(values.seconds) };

const share = (n: number): string => `${(100 * n).toFixed(0)}%`;
const HEAD = ['| writers | batches a second | for each added | records a second | calls a second | most calls in any 10 s | allowed | refused | processors busy |', '|---|---|---|---|---|---|---|---|---|'];

function line(r: ReplicasResult, one: ReplicasResult | undefined): string {
  // How much of a first writer's throughput each of the others has added.
  const added = one && r.writers > one.writers ? ((r.batchesPerSecond / one.batchesPerSecond - 1) / (r.writers - one.writers)).toFixed(2) : '';
  return `| ${r.writers} | ${r.batchesPerSecond.toFixed(2)} | ${added} | ${r.recordsPerSecond.toFixed(0)} | ${r.callsPerSecond.toFixed(1)} | ${r.most} | ${r.limit} | ${r.refused} | ${share(r.busy)} |`;
}

const lines: string[] = [];
const say = (text: string, r: ReplicasResult): void => {
  lines.push(text);
  process.stderr.write(`${text} each ${r.shares.map(share).join(' ')}, load ${r.load.toFixed(1)}\n`);
};
let one: ReplicasResult | undefined;
for (const writers of counts) {
  const result = await replicas({ ...plan, writers });
  one ??= result;
  say(line(result, one), result);
}
const tight = Number(values.tight);
if (tight > 0) {
  const result = await replicas({ ...plan, writers: Math.max(...counts), limit: tight, seconds: Math.max(plan.seconds, (3 * WINDOW_MS) / 1000) });
  say(line(result, undefined), result);
}
process.stdout.write(`${[...HEAD, ...lines].join('\n')}\n`);
process.exit(0);
