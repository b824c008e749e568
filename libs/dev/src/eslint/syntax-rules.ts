import { APPLICATION, COMMAND_LINE, DOMAIN, SPEC, TEST_CODE, type Place } from './where.ts';

export interface SyntaxRule extends Place {
  /** esquery selector of what is banned. */
  selector: string;
}

const CLOCK = 'Time and chance come in as data, so that a run can be repeated: take `now`, a Clock or an id source from the kernel as an argument.';
const pure = { files: [DOMAIN, APPLICATION], except: [SPEC], message: CLOCK };
const SLEEP = 'A sleep is either too short or too long: use waitFor(condition) from @signalbox/testing.';
const FOCUS = 'A test runs, or it goes: remove .only, .skip, .todo, fit and xit.';
const CASES = '/^(it|test|describe)$/';

export const SYNTAX_RULES: SyntaxRule[] = [
  { ...pure, selector: 'CallExpression[callee.object.name="Date"][callee.property.name="now"]' },
  { ...pure, selector: 'NewExpression[callee.name="Date"][arguments.length=0]' },
  { ...pure, selector: 'CallExpression[callee.object.name="Math"][callee.property.name="random"]' },
  { ...pure, selector: 'CallExpression[callee.name=/^set(Timeout|Interval|Immediate)$/]' },
  {
    // The launcher of PostgreSQL hands its own environment on to the processes it starts; Vite gives the console its mode.
    files: [/./], except: [...TEST_CODE, /\.mjs$/, /\/src\/main\.ts$/, /^libs\/platform\/(config\/|service\/src\/run\.ts$|postgres\/src\/embedded\/)/, /^services\/gateway\/web\/vite/],
    selector: 'MemberExpression[object.name="process"][property.name="env"]',
    message: 'Settings are declared, checked and documented in one place: declare it in <name>.config.ts, and take it from the configuration.',
  },
  { files: [SPEC], message: SLEEP, selector: 'NewExpression[callee.name="Promise"] CallExpression[callee.name="setTimeout"]' },
  { files: [SPEC], message: FOCUS, selector: `CallExpression > MemberExpression.callee[object.name=${CASES}][property.name=/^(only|skip|todo|failing)$/]` },
  { files: [SPEC], message: FOCUS, selector: 'CallExpression[callee.name=/^(fit|xit|xtest|fdescribe|xdescribe)$/]' },
  {
    files: [/./], except: [...COMMAND_LINE, ...TEST_CODE],
    selector: 'CallExpression[callee.object.name="console"]',
    message: 'What a service says must be found and joined by its fields: log through @signalbox/platform-telemetry.',
  },
];
