import { sources } from './sources.ts';

/** Where reasons of plans and outcomes of writes are decided. */
const DECIDED_IN = [
  'libs/platform/orchestration/src/domain', 'services/orchestrations/src/domain', 'services/lead-conversion/src/domain',
  'services/crm-writer/src/application', 'services/crm-writer/src/domain', 'libs/connectors/salesforce/src', 'libs/connectors/dynamics/src', 'libs/connectors/hubspot/src', 'libs/connectors/sdk/src',
];
const CODE = "'([a-z][a-z_]*[a-z])'";
/** The ways in which a code is written: an outcome, a planned record, a call that makes one, and a table from a CRM's own names. */
const WRITTEN = [
  new RegExp(`kind: '(?:skipped|failed)'[^\\n]*?\\bcode: ${CODE}`, 'g'),
  new RegExp(`state: '(?:succeeded|skipped|failed|unknown_then_settled)'[^\\n]*?\\bcode: (?:[a-z]+ \\? '[a-z_]+' : )?${CODE}`, 'g'),
  new RegExp(`\\bcode: [a-z]+ \\? ${CODE} :`, 'g'),
  new RegExp(`\\breason: (?:[^,'\\n]*\\? )?${CODE}`, 'g'),
  new RegExp(`\\breason: [^,'\\n]*\\? '[a-z_]+' : ${CODE}`, 'g'),
  new RegExp(`\\bconst reason = [^\\n]*?\\? ${CODE} : [^\\n]*\\? '[a-z_]+' : '[a-z_]+'`, 'g'), new RegExp(`\\bconst reason = [^\\n]*\\? ${CODE} : '[a-z_]+'`, 'g'), new RegExp(`\\bconst reason = [^\\n]*: ${CODE};`, 'g'),
  new RegExp(`\\b(?:skip|skipped|failed)\\((?:fact, |changeId, )?${CODE}`, 'g'),
  new RegExp(`\\.refuse\\(batch, context, ${CODE}`, 'g'),
  new RegExp(`^  (?:[A-Z][A-Z_]+|'0x[0-9a-f]+'): ${CODE},$`, 'gm'),
  new RegExp(`\\|\\| ${CODE}\\)`, 'g'),
];

/** Written in a table by operation, which has codes and no more. */
const GIVEN_OTHERWISE = new Set(['created', 'updated', 'deleted', 'converted', 'refused']);

/** The console's words by code: it is built for browsers, and its sources are read as text here. */
const words = new Map(sources('services/gateway/web/src/kinds/reason-words.ts').flatMap(({ text }) => [...text.matchAll(/^  ([a-z_]+): '([^']+)',$/gm)].map((one) => [one[1]!, one[2]!] as const)));

const codesIn = (text: string): string[] => WRITTEN.flatMap((pattern) => [...text.matchAll(pattern)].map((match) => match[1]!));

const found = new Map(DECIDED_IN.flatMap((folder) => sources(`${folder}/**/*.ts`)).filter(({ path }) => !/\.spec\.ts$|\/testing\//.test(path)).flatMap(({ path, text }) => codesIn(text).map((code) => [code, path] as const)));

describe('The console has words for', () => {
  it('ORC-8 every reason of the kinds, of undoing, and every outcome that the crm-writer and the connectors give', () => {
    expect([...found].filter(([code]) => !words.has(code)).map(([code, file]) => `${code} (${file})`)).toEqual([]);
  });

  it.each([
    ['already_in_crm', 'create_accounts'], ['merges_into_contact', 'convert_leads'], ['other_account_written', 'convert_leads'], ['joined_and_left', 'push_segment_names'], ['undo_update_in_part', 'an undo'], ['changed_since', 'an undo'],
    ['appeared_since_preview', 'crm-writer'], ['given_up', 'crm-writer'], ['has_dependants', 'a connector'], ['belongs_to_other_account', 'a connector'], ['row_locked', 'a table of a connector'], ['lead_closed', 'a connector'],
  ])('%s of %s, which the walk comes across', (code) => {
    expect([...found.keys()]).toContain(code);
    expect(words.get(code)).toMatch(/^[a-z]/);
  });

  it('no code that nothing gives any more', () => {
    expect([...words.keys()].filter((code) => !found.has(code) && !GIVEN_OTHERWISE.has(code))).toEqual([]);
  });
});
