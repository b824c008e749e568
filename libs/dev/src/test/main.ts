/**
 * `./signalbox test`: every stage is run, also after one has failed, and the last line is "N passed, N failed".
 * `test NAME ...` runs the named stages, `test PATH ...` the specs under those paths, `test --list` names the stages.
 */
import { existsSync } from 'node:fs';
import { FAILED, addUp, type Outcome, type Stage } from './check.ts';
import { specStage } from './jest.ts';
import { STAGES } from './stages.ts';

interface Result extends Outcome { name: string; seconds: number }

async function runStage(stage: Stage, place: string): Promise<Result> {
  console.log(`\n━━ ${place} ${stage.name}: ${stage.title}`);
  const started = Date.now();
  let outcome: Outcome;
  try {
    outcome = await stage.run();
  } catch (error) {
    console.log(`   ${(error as Error).message}`);
    outcome = FAILED;
  }
  const seconds = (Date.now() - started) / 1000;
  console.log(`── ${outcome.failed === 0 ? 'passed' : 'FAILED'} in ${seconds.toFixed(1)} s (${outcome.passed} passed, ${outcome.failed} failed)`);
  return { ...outcome, name: stage.name, seconds };
}

function chosen(args: string[]): Stage[] {
  if (args.length === 0) return STAGES;
  const paths = args.filter((a) => !STAGES.some((s) => s.name === a));
  const unknown = paths.filter((p) => !existsSync(p));
  if (unknown.length > 0) {
    console.error(`signalbox: there is no stage and no path "${unknown.join('", "')}". The stages are: ${STAGES.map((s) => s.name).join(', ')}`);
    process.exit(2);
  }
  const stages = STAGES.filter((s) => args.includes(s.name));
  return paths.length > 0 ? [...stages, specStage(paths)] : stages;
}

async function main(args: string[]): Promise<void> {
  if (args.includes('--list')) {
    for (const stage of STAGES) console.log(`${stage.name.padEnd(12)} ${stage.title}`);
    return;
  }
  const stages = chosen(args);
  const results: Result[] = [];
  for (const [i, stage] of stages.entries()) results.push(await runStage(stage, `${i + 1}/${stages.length}`));

  console.log('\n━━ summary');
  for (const r of results) console.log(`   ${r.failed === 0 ? 'ok    ' : 'FAILED'} ${r.name.padEnd(12)} ${r.seconds.toFixed(1).padStart(7)} s  ${r.passed} passed, ${r.failed} failed`);
  const total = addUp(results);
  console.log(`${total.passed} passed, ${total.failed} failed`);
  process.exitCode = total.failed === 0 ? 0 : 1;
}

await main(process.argv.slice(2));
