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
  openHandles?: unknown[];
}

/** A suite that could not even be loaded counts as one failure, and so does every skipped test. */
function outcomeOf(report: JestReport, status: number): Outcome {
  const failed = report.numFailedTests + report.numRuntimeErrorTestSuites + report.numPendingTests;
  if (report.numPendingTests > 0) console.log(`   ${report.numPendingTests} tests were skipped: a test runs, or it goes`);
  return { passed: report.numPassedTests, failed: failed === 0 && status !== 0 ? 1 : failed };
}

export interface JestChoice {
  /** Regular expressions over paths; a spec runs when one of them matches. */
  patterns: string[];
  ignore?: string[];
  workers?: number;
}

export async function runJest(choice: JestChoice): Promise<Outcome> {
  const dir = mkdtempSync(join(tmpdir(), 'signalbox-jest-'));
  const report = join(dir, 'report.json');
  try {
    const args = ['node_modules/jest/bin/jest.js', ...choice.patterns, '--json', `--outputFile=${report}`, `--maxWorkers=${choice.workers ?? 2}`, '--workerIdleMemoryLimit=1GB',
      ...(choice.ignore ?? []).map((p) => `--testPathIgnorePatterns=${p}`), '--testPathIgnorePatterns=/node_modules/', '--testPathIgnorePatterns=/dist/'];
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
  return { name: 'specs', title: paths.join(', '), run: () => runJest({ patterns: paths.map((p) => relative(ROOT, resolve(p))) }) };
}
