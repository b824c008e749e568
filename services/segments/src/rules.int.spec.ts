import { segments, types } from '@signalbox/contracts';
import fc from 'fast-check';
import { countryKey } from './domain/country.ts';
import { registrableDomain } from './domain/website.ts';
import { startHarness, type Harness } from './testing/harness.ts';
import { field, group, member } from './testing/rules.ts';

type Company = Pick<types.Company, 'sourceId' | 'name' | 'website' | 'country' | 'industry' | 'employees' | 'annualRevenue' | 'attributes'>;
const workspaceId = 'w';
let harness: Harness;
let listId: string;
const inList = new Set<string>();

const word = fc.constantFrom('', 'Acme', 'ACME Inc', 'Müller', 'müller 100%', '_x', 'a\\b', "O'Brien", '12', '7.5', 'Straße');
const country = fc.constantFrom('', 'US', 'usa', 'United States', 'DE', 'Germany', 'Atlantis');
const website = fc.constantFrom('', 'https://www.acme.com', 'acme.co.uk', 'shop.acme.co.uk', 'nowhere');
const number = fc.constantFrom(undefined, 0, 5, 12, 1000);
const company: fc.Arbitrary<Company> = fc.record({
  sourceId: fc.uuid(), name: word.map((w) => w || 'Nameless'), website, country, industry: word, employees: number, annualRevenue: fc.constantFrom(undefined, 0.5, 12),
  attributes: word.map((w): Record<string, string> => (w ? { Tier: w } : {})),
});

const texts = ['name', 'website', 'domain', 'country', 'industry', 'attributes.Tier'];
const value = fc.oneof(word.filter(Boolean), country.filter(Boolean), website.filter(Boolean), fc.constantFrom('a', 'M', '%', '_', '\\'));
const numeral = fc.constantFrom('0', '5', '7.5', '12', '999.99');
const condition = fc.oneof(
  fc.tuple(fc.constantFrom(...texts), fc.constantFrom('EQUALS', 'NOT_EQUALS', 'CONTAINS', 'STARTS_WITH'), value).map(([f, o, v]) => field(f, o as 'EQUALS', v)),
  fc.tuple(fc.constantFrom(...texts), fc.constantFrom('IN', 'NOT_IN'), fc.array(value, { minLength: 1, maxLength: 3 })).map(([f, o, v]) => field(f, o as 'IN', ...v)),
  fc.tuple(fc.constantFrom(...texts, 'employees', 'annual_revenue'), fc.constantFrom('IS_KNOWN', 'IS_UNKNOWN')).map(([f, o]) => field(f, o as 'IS_KNOWN')),
  fc.tuple(fc.constantFrom('employees', 'annual_revenue'), fc.constantFrom('EQUALS', 'NOT_EQUALS', 'GREATER_THAN', 'LESS_THAN', 'IN', 'NOT_IN'), numeral).map(([f, o, v]) => field(f, o as 'EQUALS', v)),
  fc.tuple(fc.constantFrom('GREATER_THAN', 'LESS_THAN'), numeral).map(([o, v]) => field('attributes.Tier', o as 'LESS_THAN', v)),
  fc.boolean().map((negate) => ({ negate, list: true })),
);
const rule = fc.letrec<{ node: unknown }>((tie) => ({
  node: fc.oneof({ maxDepth: 3 }, condition, fc.tuple(fc.constantFrom('ALL', 'ANY', 'NONE'), fc.array(tie('node'), { minLength: 1, maxLength: 4 })).map(([operator, children]) => ({ operator, children }))),
})).node;

/** Generated trees do not know the id of the list before there is one. */
function toRule(node: unknown): segments.RuleNode {
  const it = node as { list?: boolean; negate: boolean; operator?: 'ALL'; children: unknown[] };
  if (it.list) return member(listId, it.negate);
  return it.operator ? group(it.operator, ...it.children.map(toRule)) : (node as segments.RuleNode);
}

function textOf(c: Company, name: string): string {
  if (name === 'domain') return registrableDomain(c.website);
  if (name === 'country') return countryKey(c.country);
  if (name.startsWith('attributes.')) return c.attributes[name.slice('attributes.'.length)] ?? '';
  return c[name as 'name'];
}

/** What a rule means, said a second time and in another way than in SQL. */
function holds(node: segments.RuleNode, c: Company): boolean {
  const it = node.node!;
  if (it.$case === 'group') {
    const all = it.group.children.map((child) => holds(child, c));
    return it.group.operator === segments.GroupOperator.ALL ? all.every(Boolean) : all.some(Boolean) === (it.group.operator === segments.GroupOperator.ANY);
  }
  if (it.$case === 'segment') return inList.has(c.sourceId) !== it.segment.negate;
  if (it.$case === 'crm') return false;
  const { field: name, operator, values } = it.field;
  const Op = segments.FieldOperator;
  if (name === 'employees' || name === 'annual_revenue') {
    const own = name === 'employees' ? c.employees : c.annualRevenue;
    const among = own !== undefined && values.some((v) => Number(v) === own);
    return { [Op.IS_KNOWN]: own !== undefined, [Op.IS_UNKNOWN]: own === undefined, [Op.GREATER_THAN]: own !== undefined && own > Number(values[0]), [Op.LESS_THAN]: own !== undefined && own < Number(values[0]), [Op.EQUALS]: among, [Op.IN]: among, [Op.NOT_EQUALS]: !among, [Op.NOT_IN]: !among }[operator as 'FIELD_OPERATOR_IN'];
  }
  const own = textOf(c, name).toLowerCase();
  const wanted = values.map((v) => (name === 'country' ? countryKey(v) : name === 'domain' ? registrableDomain(v) || v : v).toLowerCase());
  const among = wanted.includes(own);
  const size = /^\s*-?\d+(\.\d+)?\s*$/.test(own) ? Number(own) : undefined;
  return {
    [Op.IS_KNOWN]: own !== '', [Op.IS_UNKNOWN]: own === '', [Op.EQUALS]: among, [Op.IN]: among, [Op.NOT_EQUALS]: !among, [Op.NOT_IN]: !among,
    [Op.CONTAINS]: own.includes(values[0]?.toLowerCase() ?? ''), [Op.STARTS_WITH]: own.startsWith(values[0]?.toLowerCase() ?? ''),
    [Op.GREATER_THAN]: size !== undefined && size > Number(values[0]), [Op.LESS_THAN]: size !== undefined && size < Number(values[0]),
  }[operator as 'FIELD_OPERATOR_IN'];
}

beforeAll(async () => {
  harness = await startHarness();
});
afterAll(() => harness.stop());

describe('a rule in SQL', () => {
  it('holds for exactly the companies for which it should, whatever the rule', async () => {
    const companies = fc.sample(company, { numRuns: 200, seed: 7 });
    const { results } = await harness.client.upsertCompanies({ companies: companies.map((c) => types.Company.fromPartial(c)) }, { workspaceId });
    expect(results.filter((r) => r.problem)).toEqual([]);
    const list = await harness.client.createSegment({ name: 'List', kind: segments.SegmentKind.STATIC }, { workspaceId });
    listId = list.id;
    companies.slice(0, 60).forEach((c) => inList.add(c.sourceId));
    await harness.client.changeMembers({ segmentId: listId, addCompanyIds: results.slice(0, 60).map((r) => r.companyId) }, { workspaceId });
    await fc.assert(fc.asyncProperty(rule, async (generated) => {
      const tree = toRule(generated);
      const wanted = companies.filter((c) => holds(tree, c)).map((c) => c.sourceId);
      const preview = await harness.client.previewRule({ rule: tree }, { workspaceId });
      expect(preview.size).toBe(wanted.length);
      expect(preview.sample.filter((c) => !wanted.includes(c.sourceId))).toEqual([]);
    }), { numRuns: 200 });
  });

  it('gives the same members step by step as all at once', async () => {
    const step = fc.tuple(fc.integer({ min: 0, max: 4 }), fc.constantFrom('US', 'DE', ''), fc.constantFrom(undefined, 5, 50));
    await fc.assert(fc.asyncProperty(fc.uuid(), fc.array(step, { minLength: 1, maxLength: 6 }), async (workspace, steps) => {
      const options = { workspaceId: `steps-${workspace}` };
      const us = await harness.client.createSegment({ name: 'US', kind: segments.SegmentKind.DYNAMIC, rule: field('country', 'EQUALS', 'US') }, options);
      const nested = group('ANY', member(us.id, true), field('employees', 'GREATER_THAN', '10'));
      const followed = await harness.client.createSegment({ name: 'Followed', kind: segments.SegmentKind.DYNAMIC, rule: nested }, options);
      for (const [i, where, employees] of steps) {
        await harness.client.upsertCompanies({ companies: [types.Company.fromPartial({ sourceId: `${i}`, name: `Company ${i}`, country: where, employees })] }, options);
      }
      const fresh = await harness.client.createSegment({ name: 'Fresh', kind: segments.SegmentKind.DYNAMIC, rule: nested }, options);
      const members = async (segmentId: string) => (await harness.client.listMembers({ segmentId }, options)).companies.map((c) => c.sourceId);
      expect(await members(followed.id)).toEqual(await members(fresh.id));
      expect((await harness.client.getSegment({ id: followed.id }, options)).size).toBe(fresh.size);
    }), { numRuns: 20 });
  });
});
