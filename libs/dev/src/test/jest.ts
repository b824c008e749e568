import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { ROOT } from '../root.ts';
import { FAILED, node, show, type Outcome, type Stage } from './check.ts';
import { testEnvironment } from './tools/environment.ts';

interface JestReport {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  numRuntimeErrorTestSuites: number;
}

/** A suite that could not even be loaded counts as one failure, and so does every skipped test. */
function outcomeOf(report: JestReport, status: number): Outcome {
  const failed = report.numFailedTests + report.numRuntimeErrorTestSuites + report.numPendingTests;
  if (report.numPendingTests > 0) console.log(`   ${report.numPendingTests} tests were skipped: a test runs, or it goes`);
  return { passed: report.numPassedTests, failed: failed === 0 && status !== 0 ? 1 : failed };
}

/** @param patterns regular expressions over paths; a spec runs when one of them matches */
export async function runJest(patterns: string[]): Promise<Outcome> {
  const dir = mkdtempSync(join(tmpdir(), 'signalbox-jest-'));
  const report = join(dir, 'report.json');
  try {
    const args = ['node_modules/jest/bin/jest.js', ...patterns, '--json', `--outputFile=${report}`, '--maxWorkers=2', '--workerIdleMemoryLimit=1GB'];
    const env = { ...testEnvironment(), NODE_OPTIONS: `${process.env.NODE_OPTIONS ?? ''} --experimental-vm-modules --disable-warning=ExperimentalWarning`.trim() };
    const status = await show(node, args, { env });
    return outcomeOf(JSON.parse(readFileSync(report, 'utf8')) as JestReport, status);
  } catch (error) {
    console.log(`   jest wrote no report: ${(error as Error).message}`);
    return FAILED;
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

/** The specs under some paths, as a person asks for them. */
export function specStage(paths: string[]): Stage {
  return { name: 'specs', title: paths.join(', '), run: () => runJest(paths.map((p) => relative(ROOT, resolve(p)))) };
}
