import { segments, types } from '@signalbox/contracts';
import { waitFor } from '@signalbox/testing';
import fc from 'fast-check';
import { CrmTeller, deal, type Progress } from './testing/crm-teller.ts';
import { startHarness, type Harness } from './testing/harness.ts';
import { field, group, hasOpportunity, inCrm, member } from './testing/rules.ts';

const SIZE = 4;
const ACCOUNTS = ['a0', 'a1', 'a2', 'a3'];
let harness: Harness;
let teller: CrmTeller;

beforeAll(async () => {
  harness = await startHarness({ SIGNALBOX_MATCHING_ADDRESS: '127.0.0.1:1', SIGNALBOX_CRM_WRITER_ADDRESS: '127.0.0.1:1' });
  teller = await CrmTeller.open(harness.database.url);
});
afterAll(async () => {
  await teller?.close();
  await harness?.stop();
});

interface Deal {
  record: string;
  account: string;
  progress: Progress;
  deleted: boolean;
}

const deals = fc.array(fc.record({
  record: fc.constantFrom('o0', 'o1', 'o2'), account: fc.constantFrom(...ACCOUNTS, ''), progress: fc.constantFrom<Progress>('OPEN', 'WON', 'LOST'), deleted: fc.boolean(),
}), { minLength: 1, maxLength: 10 });
const links = fc.array(fc.record({ company: fc.nat({ max: SIZE - 1 }), accounts: fc.subarray(ACCOUNTS) }), { minLength: 1, maxLength: 10 });
const step = fc.oneof(
  // Which of the deals' or links' changes are told now, by their places: in any order, and any of them again.
  { weight: 5, arbitrary: fc.record({ tell: fc.array(fc.nat({ max: 9 }), { minLength: 1, maxLength: 3 }) }) },
  { weight: 4, arbitrary: fc.record({ link: fc.array(fc.nat({ max: 9 }), { minLength: 1, maxLength: 3 }) }) },
  { weight: 2, arbitrary: fc.record({ country: fc.constantFrom('US', 'DE', ''), company: fc.nat({ max: SIZE - 1 }) }) },
  { weight: 2, arbitrary: fc.record({ rule: fc.nat({ max: 4 }), segment: fc.nat({ max: 1 }) }) },
);
type Step = { tell?: number[]; link?: number[]; company?: number; country?: string; rule?: number; segment?: number };

const RULES = [
  inCrm('sf'), group('NONE', hasOpportunity('sf', 'won')), group('ALL', inCrm('sf'), hasOpportunity('sf', 'open')),
  group('ANY', field('country', 'EQUALS', 'US'), hasOpportunity('sf', 'lost')), field('name', 'IS_KNOWN'),
];

/** What is true at the end, and what each rule means, said a second time. */
class Model {
  readonly known = new Map<string, Deal & { sequence: number }>();
  readonly accounts = new Map<number, { sequence: number; ids: string[] }>();
  readonly countries = new Map<number, string>();

  told(sequence: number, one: Deal): void {
    if ((this.known.get(one.record)?.sequence ?? 0) <= sequence) this.known.set(one.record, { ...one, sequence });
  }

  linked(sequence: number, company: number, ids: string[]): void {
    if ((this.accounts.get(company)?.sequence ?? 0) <= sequence) this.accounts.set(company, { sequence, ids });
  }

  private of = (company: number): string[] => this.accounts.get(company)?.ids ?? [];

  private has(company: number, progress: Progress): boolean {
    return [...this.known.values()].some((one) => !one.deleted && one.progress === progress && this.of(company).includes(one.account));
  }

  holds(rule: number, company: number): boolean {
    const inCrm = this.of(company).length > 0;
    return [inCrm, !this.has(company, 'WON'), inCrm && this.has(company, 'OPEN'), this.countries.get(company) === 'US' || this.has(company, 'LOST'), true][rule]!;
  }
}

async function members(segmentId: string, as: { workspaceId: string }): Promise<string[]> {
  return (await harness.client.listMembers({ segmentId }, as)).companies.map((c) => c.sourceId).sort();
}

async function upToDate(workspaceId: string): Promise<void> {
  await waitFor(async () => (await harness.database.database.query(`select 1 from segments.segments s join segments.workspaces w using (workspace_id)
    where s.workspace_id = $1 and (s.inputs_version <> s.evaluated_inputs_version or s.evaluated_companies_version < w.companies_version)`, [workspaceId])).length === 0, { what: 'the segments' });
}

describe('members by what the CRM says', () => {
  it('are the same however the changes come, and as those of a segment that is made at the end', async () => {
    let n = 0;
    await fc.assert(fc.asyncProperty(deals, links, fc.array(step, { minLength: 1, maxLength: 14 }), fc.boolean(), async (all, pairs, steps, removed) => {
      const as = { workspaceId: `order-${n += 1}` };
      const company = (i: number, country = '') => types.Company.fromPartial({ sourceId: `c${i}`, name: `Company ${i}`, country });
      const { results } = await harness.client.upsertCompanies({ companies: Array.from({ length: SIZE }, (_, i) => company(i)) }, as);
      const dynamic = (name: string, rule: segments.RuleNode) => harness.client.createSegment({ name, kind: segments.SegmentKind.DYNAMIC, rule }, as);
      const followed = [await dynamic('First', RULES[1]!), await dynamic('Second', RULES[4]!)];
      const rules = [1, 4];
      const nested = await dynamic('Nested', group('ALL', member(followed[0]!.id), member(followed[1]!.id, true)));
      const model = new Model();
      for (const one of steps as Step[]) {
        if (one.tell) {
          for (const place of one.tell.map((at) => at % all.length)) {
            const { record, account, progress, deleted } = all[place]!;
            model.told(place + 1, all[place]!);
            await teller.records(as.workspaceId, { sequence: place + 1, records: [deal(record, account, progress, { deleted })] });
          }
        } else if (one.link) {
          for (const place of one.link.map((at) => at % pairs.length)) {
            const { company: of, accounts } = pairs[place]!;
            model.linked(place + 1, of, accounts);
            await teller.accounts(as.workspaceId, { sequence: place + 1, companies: [{ companyId: results[of]!.companyId, accountIds: accounts }] });
          }
        } else if (one.country !== undefined) {
          model.countries.set(one.company!, one.country);
          await harness.client.upsertCompanies({ companies: [company(one.company!, one.country)] }, as);
        } else {
          rules[one.segment!] = one.rule!;
          await harness.client.updateSegment({ id: followed[one.segment!]!.id, rule: RULES[one.rule!]! }, as);
        }
      }
      if (removed) {
        await teller.records(as.workspaceId, { object: '', connectionRemoved: true });
        model.known.clear();
        model.accounts.clear();
      }
      await teller.heard();
      await upToDate(as.workspaceId);
      const wanted = rules.map((rule) => results.map((_, i) => i).filter((i) => model.holds(rule, i)).map((i) => `c${i}`));
      for (const [i, segment] of followed.entries()) {
        expect(await members(segment.id, as)).toEqual(wanted[i]);
        const fresh = await dynamic(`Fresh ${i}`, RULES[rules[i]!]!);
        expect(await members(fresh.id, as)).toEqual(wanted[i]);
      }
      expect(await members(nested.id, as)).toEqual(wanted[0]!.filter((c) => !wanted[1]!.includes(c)));
    }), { numRuns: 25, endOnFailure: true });
  }, 120_000);
});
