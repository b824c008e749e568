import { FAILED, PASSED, capture, node, type Outcome } from './check.ts';

/** The whole product writes at least this share of what a bare client's loop writes in the same time, in the same run. */
const LEAST_RATIO = 0.6;

/** What a quick org takes for one call. With the learned engine the planning of 10,000 takes longer than before: see tests/bench/README.md. */
const LATENCY_MS = 1_000;

/** 10,000 accounts through the product, beside a bare loop that writes the same ones. Needs the build. */
export function createAccountsBench(): Outcome {
  const { status, stdout } = capture(node, ['--disable-warning=ExperimentalWarning', 'tests/bench/src/create-accounts/main.ts', '--latency', String(LATENCY_MS), '--rounds', '1']);
  if (status !== 0) return FAILED;
  const { records, ratio } = JSON.parse(stdout) as { records: number; ratio: number };
  console.log(`   ${records} accounts end to end at ${(ratio * 100).toFixed(0)}% of the rate of a bare loop; at least ${LEAST_RATIO * 100}% is asked`);
  return ratio >= LEAST_RATIO ? PASSED : FAILED;
}
