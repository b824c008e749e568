import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../root.ts';
import { FAILED, addUp, commandCheck, node, show, type Stage } from './check.ts';
import { createAccountsBench } from './bench.ts';
import { charts } from './charts.ts';
import { runJest } from './jest.ts';
import { breakingProto, lintProto } from './proto.ts';
import { realParts } from './tools/real-parts.ts';

const WEB = 'services/gateway/web';
const TSC = 'node_modules/@typescript/native/bin/tsc';

async function types() {
  const outcomes = [await commandCheck(node, [TSC, '-p', 'tsconfig.json', '--noEmit'])];
  if (existsSync(join(ROOT, WEB, 'tsconfig.json'))) outcomes.push(await commandCheck(node, [TSC, '-p', `${WEB}/tsconfig.json`, '--noEmit']));
  return addUp(outcomes);
}

const BUILD = ['--disable-warning=ExperimentalWarning', 'libs/dev/src/prepare/main.ts', 'build'];

async function generated() {
  // What the services declare is read from their build.
  if ((await show(node, BUILD)) !== 0) return FAILED;
  return addUp([
    await commandCheck(node, ['libs/connectors/registry/generate.mjs', '--check']),
    await commandCheck(node, ['--disable-warning=ExperimentalWarning', 'libs/dev/src/charts/main.ts', '--check']),
  ]);
}

const bySuffix = (suffix: string) => () => runJest([`\\.${suffix}\\.spec\\.ts$`]);

/** In this order: what is fast and says most about a mistake comes first. */
export const STAGES: Stage[] = [
  { name: 'lock', title: 'package-lock.json holds for every system', run: () => commandCheck(node, ['--disable-warning=ExperimentalWarning', 'libs/dev/src/lock/main.ts', '--check']) },
  { name: 'contracts', title: 'what is generated from proto/ is what is committed', run: () => commandCheck(node, ['libs/contracts/generate.mjs', '--check']) },
  { name: 'proto-lint', title: 'buf lint', run: lintProto },
  { name: 'proto-break', title: 'buf breaking: what others already speak still stands', run: breakingProto },
  { name: 'lint', title: 'eslint: sizes, names, layers inside a service', run: () => commandCheck(node, ['--disable-warning=ExperimentalWarning', 'node_modules/eslint/bin/eslint.js', '.', '--max-warnings=0']) },
  { name: 'boundaries', title: 'who imports whom between projects', run: () => commandCheck(node, ['--disable-warning=ExperimentalWarning', 'libs/dev/src/boundaries/main.ts']) },
  { name: 'types', title: 'the TypeScript compiler over the whole repository', run: types },
  { name: 'build', title: 'every package, with Nx', run: () => commandCheck(node, BUILD) },
  { name: 'generated', title: 'what is generated from the services is what is committed', run: generated },
  { name: 'charts', title: 'helm lint --strict, template and kubeconform -strict, and values that must be refused', run: charts },
  { name: 'parts', title: 'the real parts that specs need: a browser, Kafka, Python', run: realParts },
  { name: 'unit', title: 'specs of pure functions', run: bySuffix('unit') },
  { name: 'contract', title: 'contract suites: every adapter, connector and enumeration', run: bySuffix('contract') },
  { name: 'int', title: 'specs on a real PostgreSQL and a real Kafka', run: bySuffix('int') },
  { name: 'e2e', title: 'the scenarios, on both shapes, and the browser', run: bySuffix('e2e') },
  { name: 'bench', title: 'the bars: speed against a bare client', run: createAccountsBench },
];
