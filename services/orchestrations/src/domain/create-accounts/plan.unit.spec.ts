import fc from 'fast-check';
import { crmWriter, matching, orchestrations, types } from '@signalbox/contracts';
import type { PlannedRecord } from '@signalbox/platform-orchestration';
import type { AccountFacts, CompanyFact } from './facts.ts';
import { createAccounts } from './kind.ts';
import { beginAccounts, planAccounts } from './plan.ts';

const { Decision } = matching;
const { PlanAction } = orchestrations;
const field = (name: string, more: Partial<crmWriter.CrmField> = {}) => crmWriter.CrmField.fromPartial({ name, type: 'string', length: 20, createable: true, ...more });

const facts: AccountFacts = {
  entitlements: new Set(['orchestrations']),
  crmFields: [field('Name', { required: true }), field('Rating', { type: 'picklist', restrictedPicklist: true, picklistValues: ['Hot'] }), field('Size', { type: 'int' }), field('Source'), field('Key__c', { externalId: true })],
  profile: orchestrations.MappingProfile.fromPartial({
    object: 'Account', externalIdField: 'Key__c',
    mappings: [{ companyField: 'name', crmField: 'Name' }, { companyField: 'attributes.rating', crmField: 'Rating' }, { companyField: 'attributes.size', crmField: 'Size' }, { constant: 'Signalbox', crmField: 'Source' }],
  }),
};
const fact = (id: string, more: { name?: string; attributes?: Record<string, string>; decision?: matching.Decision; key?: string; rule?: string } = {}): CompanyFact => ({
  company: types.Company.fromPartial({ id, name: more.name ?? `Company ${id}`, attributes: more.attributes ?? {} }),
  decision: matching.MatchDecision.fromPartial({ candidateId: id, decision: more.decision ?? Decision.NEW, identityKey: more.key ?? id, rule: more.rule ?? '', accountId: more.decision === Decision.MATCH ? '001' : '' }),
});
const plan = (...batch: CompanyFact[]) => planAccounts(batch, beginAccounts(facts));
const words = (records: PlannedRecord[]) => records.map((r) => createAccounts.describe(r));

describe('planning new accounts', () => {
  it('writes the mapped fields, the constants and our id, and leaves out what the company does not have', () => {
    const [record] = plan(fact('a', { attributes: { rating: 'Hot', size: '12' } }));
    expect(record?.changes.map((c) => [c.field, c.after])).toEqual([['Name', 'Company a'], ['Rating', 'Hot'], ['Size', '12'], ['Source', 'Signalbox'], ['Key__c', 'a']]);
    expect(plan(fact('b'))[0]?.changes.map((c) => c.field)).toEqual(['Name', 'Source', 'Key__c']);
  });

  it('skips a company that the CRM could not take, naming the field', () => {
    const records = plan(fact('a', { name: 'x'.repeat(21) }), fact('b', { attributes: { rating: 'Lukewarm' } }), fact('c', { attributes: { size: 'many' } }), fact('d', { name: ' ' }));
    expect(records.map((r) => r.reason)).toEqual(Array(4).fill('field_invalid'));
    expect(words(records)).toEqual([
      expect.stringContaining('21 characters, and Name takes at most 20'), expect.stringContaining('"Lukewarm" is not one of the values of Rating'),
      expect.stringContaining('"many" is not a whole number, which Size needs'), expect.stringContaining('no value for Name, which the CRM requires'),
    ]);
  });

  it('CNA-7 keeps the first of two that are the same company, also when an earlier one could not be written', () => {
    const records = plan(fact('a', { key: 'k', attributes: { size: 'many' } }), fact('b', { key: 'k' }), fact('c', { key: 'k' }));
    expect(records.map((r) => r.reason)).toEqual(['field_invalid', 'not_in_crm', 'duplicate_in_segment']);
    expect(words(records)[2]).toContain('"Company b"');
  });

  it('CNA-10 leaves out companies that are linked, and names the account of those that are found', () => {
    const records = plan(fact('a', { decision: Decision.MATCH, rule: 'link' }), fact('b', { decision: Decision.MATCH, rule: 'domain' }), fact('c', { decision: Decision.REVIEW }));
    expect(records.map((r) => [r.companyId, r.reason, r.crmId])).toEqual([['b', 'already_in_crm', '001'], ['c', 'needs_review', '']]);
  });

  it('plans the same records however the members are cut into batches, each identity once', () => {
    const decision = fc.constantFrom(Decision.NEW, Decision.MATCH, Decision.REVIEW);
    const member = fc.record({ key: fc.constantFrom('k1', 'k2', 'k3', 'k4'), decision, size: fc.constantFrom('', '1', 'x') });
    fc.assert(fc.property(fc.array(member, { maxLength: 40 }), fc.integer({ min: 1, max: 10 }), (members, size) => {
      const all = members.map((m, i) => fact(`m${i}`, { key: m.key, decision: m.decision, attributes: m.size ? { size: m.size } : {} }));
      const state = beginAccounts(facts);
      const pieces: PlannedRecord[] = [];
      for (let i = 0; i < all.length; i += size) pieces.push(...planAccounts(all.slice(i, i + size), state));
      expect(pieces).toEqual(plan(...all));
      const created = pieces.filter((r) => r.action === PlanAction.CREATE).map((r) => r.evidence?.identityKey);
      expect(new Set(created).size).toBe(created.length);
      for (const text of words(pieces)) expect(text).not.toMatch(/undefined/);
    }));
  });
});
