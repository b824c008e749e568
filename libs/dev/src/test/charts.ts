import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '../root.ts';
import { FAILED, PASSED, addUp, type Outcome } from './check.ts';
import { REFUSALS } from './chart-refusals.ts';
import { KUBERNETES_VERSION, helm, kubeconform, kubernetesSchemas } from './tools/go-tools.ts';

const CHART = join(ROOT, 'charts/signalbox');

/** Helm says once per run that it follows the link to the library chart; nothing else is left out. */
const withoutNoise = (text: string) => text.split('\n').filter((line) => !line.includes('found symbolic link in path')).join('\n').trim();

function run(program: string, args: string[], input?: string): { ok: boolean; stdout: string; text: string } {
  const done = spawnSync(program, args, { encoding: 'utf8', input, maxBuffer: 64 << 20 });
  return { ok: done.status === 0, stdout: done.stdout, text: withoutNoise(`${done.stdout}\n${done.stderr}`) };
}

function say(what: string, ok: boolean, text: string): Outcome {
  console.log(`   ${ok ? 'ok    ' : 'FAILED'} ${what}${ok ? '' : `\n${text}`}`);
  return ok ? PASSED : FAILED;
}

/** Lints, renders and validates the chart with one file of values; an empty name is the chart's own values. */
function valuesCheck(programs: { helm: string; kubeconform: string; schemas: string }, file: string): Outcome[] {
  const values = file ? ['--values', join(CHART, 'ci', file)] : [];
  const what = file || 'values.yaml';
  const lint = run(programs.helm, ['lint', '--strict', CHART, ...values]);
  const rendered = run(programs.helm, ['template', 'release', CHART, ...values]);
  const valid = run(programs.kubeconform, ['-strict', '-summary', '-kubernetes-version', KUBERNETES_VERSION.slice(1), '-schema-location', programs.schemas, '-'], rendered.stdout);
  return [
    say(`helm lint --strict, ${what}`, lint.ok, lint.text),
    say(`helm template, ${what}`, rendered.ok, rendered.text),
    say(`kubeconform -strict, ${what}`, rendered.ok && valid.ok, valid.text),
  ];
}

/** Values that must be refused, each with the sentence that says what to do. */
function refusalChecks(program: string): Outcome[] {
  const dir = mkdtempSync(join(tmpdir(), 'signalbox-values-'));
  const outcomes = REFUSALS.map(({ values, message }, i) => {
    const file = join(dir, `${i}.json`);
    writeFileSync(file, JSON.stringify(values));
    const { ok, text } = run(program, ['template', 'release', CHART, '--values', file]);
    return say(`refuses ${JSON.stringify(values)}`, !ok && text.includes(message), ok ? 'it was accepted' : text);
  });
  rmSync(dir, { recursive: true });
  return outcomes;
}

export async function charts(): Promise<Outcome> {
  const programs = { helm: await helm(), kubeconform: await kubeconform(), schemas: kubernetesSchemas() };
  const files = ['', ...readdirSync(join(CHART, 'ci')).filter((f) => f.endsWith('-values.yaml'))];
  return addUp([...files.flatMap((file) => valuesCheck(programs, file)), ...refusalChecks(programs.helm)]);
}
