import { join } from 'node:path';
import { ESLint } from 'eslint';
import { IMPORT_RULES, ROOT, SYNTAX_RULES, lintConfig } from '@signalbox/dev';

const FIXTURE = join(ROOT, 'libs/dev/fixtures/broken');
const PURE = 'Domain is pure, so that it can be tested and replayed with plain values: pass data in, and let the application layer fetch it';
const PORTS = 'A use case does not know which store or wire it runs on: add what it needs to ports.ts, and implement that in an adapter';
const CLOCK = 'Time and chance come in as data, so that a run can be repeated: take `now`, a Clock or an id source from the kernel as an argument';
const SLEEP = 'A sleep is either too short or too long: use waitFor(condition) from @signalbox/testing';
const FOCUS = 'A test runs, or it goes: remove .only, .skip, .todo, fit and xit';

/** File of the fixture, rule, and what must be said. */
const EXPECTED: [string, string, string][] = [
  ['services/segments/src/domain/framework.ts', 'signalbox/layer-imports', `'@nestjs/common' may not be imported here. ${PURE}`],
  ['services/segments/src/domain/node.ts', 'signalbox/layer-imports', `'node:fs' may not be imported here. ${PURE}`],
  ['services/segments/src/domain/outward.ts', 'signalbox/layer-imports', `'../adapters/postgres/nothing.ts' may not be imported here. ${PURE}`],
  ['services/segments/src/domain/upward.ts', 'signalbox/layer-imports', `'../application/outward.ts' may not be imported here. ${PURE}`],
  ['services/segments/src/domain/clock.ts', 'signalbox/banned-syntax', CLOCK],
  ['services/segments/src/domain/today.ts', 'signalbox/banned-syntax', CLOCK],
  ['services/segments/src/domain/chance.ts', 'signalbox/banned-syntax', CLOCK],
  ['services/segments/src/application/later.ts', 'signalbox/banned-syntax', CLOCK],
  ['services/segments/src/application/outward.ts', 'signalbox/layer-imports', `'../adapters/postgres/nothing.ts' may not be imported here. ${PORTS}`],
  ['services/segments/src/application/store.ts', 'signalbox/layer-imports', `'typeorm' may not be imported here. ${PORTS}`],
  ['services/segments/src/adapters/postgres/circle.ts', 'signalbox/layer-imports', "'../../segments.module.ts' may not be imported here. The module and start files put the parts together; parts that import them form a circle: inject what is needed by its token"],
  ['services/segments/src/settings.ts', 'signalbox/banned-syntax', 'Settings are declared, checked and documented in one place: declare it in <name>.config.ts, and take it from the configuration'],
  ['services/segments/src/ships-tests.ts', 'signalbox/layer-imports', "'@signalbox/connectors-sdk/testing' may not be imported here. Test code stays out of what is shipped: import it in *.spec.ts, src/testing or tests/ only"],
  ['services/segments/src/says.ts', 'signalbox/banned-syntax', 'What a service says must be found and joined by its fields: log through @signalbox/platform-telemetry'],
  ['services/segments/src/row-utils.ts', 'signalbox/file-names', "'utils' in a file's name says nothing about what is in it: name the file for the one thing it exports"],
  ['services/segments/src/anything.ts', '@typescript-eslint/no-explicit-any', 'Unexpected any. Specify a different type'],
  ['services/segments/src/forgets.ts', '@typescript-eslint/no-floating-promises', 'Promises must be awaited, end with a call to .catch, end with a call to .then with a rejection handler or be explicitly marked as ignored with the `void` operator'],
  ['services/segments/src/values-for-types.ts', '@typescript-eslint/consistent-type-imports', 'All imports in the declaration are only used as types. Use `import type`'],
  ['services/segments/src/sleeps.unit.spec.ts', 'signalbox/banned-syntax', SLEEP],
  ['services/segments/src/naps.unit.spec.ts', 'signalbox/layer-imports', `'node:timers/promises' may not be imported here. ${SLEEP}`],
  ['services/segments/src/focused.unit.spec.ts', 'signalbox/banned-syntax', FOCUS],
  ['services/segments/src/skipped.unit.spec.ts', 'signalbox/banned-syntax', FOCUS],
  ['services/segments/src/crossed-out.unit.spec.ts', 'signalbox/banned-syntax', FOCUS],
];

const lines = (count: number, text = 'export const n# = 1;') => Array.from({ length: count }, (_, i) => text.replace('#', String(i))).join('\n');

describe('lint', () => {
  const eslint = new ESLint({ cwd: FIXTURE, overrideConfigFile: true, overrideConfig: lintConfig({ root: FIXTURE }) });
  let results: ESLint.LintResult[];
  const said = (path: string) => results.find((r) => r.filePath === join(FIXTURE, path))?.messages.map((m) => [m.ruleId, m.message.replace(/\.$/, '')]);
  const rulesOver = async (text: string, filePath: string) => (await eslint.lintText(text, { filePath }))[0]!.messages.map((m) => m.ruleId);

  beforeAll(async () => {
    results = await eslint.lintFiles(['services/segments/src/**/*.ts']);
  });

  it.each(EXPECTED)('refuses %s', (path, rule, message) => {
    expect(said(path)).toContainEqual([rule, message]);
  });

  it('has no line in its tables that nobody has seen fail', () => {
    const messages = EXPECTED.map(([, , message]) => message).join('\n');
    for (const rule of [...IMPORT_RULES, ...SYNTAX_RULES]) expect(messages).toContain(rule.message.replace(/\.$/, ''));
  });

  it('refuses a file of more than 350 lines, and a spec of more than 600', async () => {
    expect(await rulesOver(lines(350), 'services/segments/src/nothing.mjs')).toEqual([]);
    expect(await rulesOver(lines(351), 'services/segments/src/nothing.mjs')).toEqual(['max-lines']);
    const spec = 'services/segments/src/naps.unit.spec.ts';
    expect(await rulesOver(lines(600), spec)).not.toContain('max-lines');
    expect(await rulesOver(lines(601), spec)).toContain('max-lines');
  });

  it('refuses a function of more than 60 lines, but not a suite of tests', async () => {
    const long = (count: number) => `export function long() {\n${lines(count - 2, 'void 0;')}\n}\n`;
    expect(await rulesOver(long(60), 'services/segments/src/nothing.mjs')).toEqual([]);
    expect(await rulesOver(long(61), 'services/segments/src/nothing.mjs')).toEqual(['signalbox/function-length']);
    const suite = `describe('long', () => {\n${lines(70, "it('#', () => expect(1).toBe(1));")}\n});\n`;
    expect(await rulesOver(suite, 'services/segments/src/naps.unit.spec.ts')).not.toContain('signalbox/function-length');
  });
});
