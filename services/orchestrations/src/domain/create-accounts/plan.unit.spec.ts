import fc from 'fast-check';
import { crmWriter, matching, orchestrations, types } from '@signalbox/contracts';
import type { PlannedRecord } from '@signalbox/platform-orchestration';
import type { AccountFacts, CompanyFact } from './facts.ts';
import { createAccounts } from './kind.ts';
import { beginAccounts, canBeWritten, planAccounts } from './plan.ts';

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
const fact = (id: string, more: { name?: string; attributes?: Record<string, string>; decision?: matching.Decision; duplicateOf?: string; rule?: string } = {}): CompanyFact => ({
  company: types.Company.fromPartial({ id, name: more.name ?? `Company ${id}`, attributes: more.attributes ?? {} }),
  decision: matching.MatchDecision.fromPartial({ candidateId: id, decision: more.decision ?? Decision.NEW, duplicateOfCandidateId: more.duplicateOf ?? '', reason: more.duplicateOf ? `The same company as "First" (${more.duplicateOf}), earlier in this list.` : '', rule: more.rule ?? '', accountId: more.decision === Decision.MATCH ? '001' : '' }),
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

  it('CNA-7 skips a company that matching found earlier in the segment, names the first and shows the comparison', () => {
    const records = plan(fact('a'), fact('b', { duplicateOf: 'a', rule: 'domain' }));
    expect(records.map((r) => r.reason)).toEqual(['not_in_crm', 'duplicate_in_segment']);
    expect(records[1]).toMatchObject({ action: PlanAction.SKIP, evidence: { duplicateOfCandidateId: 'a', rule: 'domain' }, changes: [] });
    expect(words(records)[1]).toContain('"First" (a)');
  });

  it('CNA-7 tells before matching which companies get no account, so that none is a duplicate of them', () => {
    const state = beginAccounts(facts);
    expect([fact('a', { attributes: { size: 'many' } }), fact('b', { name: '' }), fact('c')].map(({ company }) => canBeWritten(company, state))).toEqual([false, false, true]);
  });

  it('CNA-10 leaves out companies that are linked, and names the account of those that are found', () => {
    const records = plan(fact('a', { decision: Decision.MATCH, rule: 'link' }), fact('b', { decision: Decision.MATCH, rule: 'domain' }), fact('c', { decision: Decision.REVIEW }));
    expect(records.map((r) => [r.companyId, r.reason, r.crmId])).toEqual([['b', 'already_in_crm', '001'], ['c', 'needs_review', '']]);
  });

  it('plans the same records however the members are cut into batches', () => {
    const decision = fc.constantFrom(Decision.NEW, Decision.MATCH, Decision.REVIEW);
    const member = fc.record({ duplicateOf: fc.constantFrom('', '', 'm0'), decision, size: fc.constantFrom('', '1', 'x') });
    fc.assert(fc.property(fc.array(member, { maxLength: 40 }), fc.integer({ min: 1, max: 10 }), (members, size) => {
      const all = members.map((m, i) => fact(`m${i}`, { duplicateOf: m.duplicateOf, decision: m.decision, attributes: m.size ? { size: m.size } : {} }));
      const state = beginAccounts(facts);
      const pieces: PlannedRecord[] = [];
      for (let i = 0; i < all.length; i += size) pieces.push(...planAccounts(all.slice(i, i + size), state));
      expect(pieces).toEqual(plan(...all));
      for (const { action, evidence } of pieces) if (action === PlanAction.CREATE) expect(evidence?.duplicateOfCandidateId).toBe('');
      for (const text of words(pieces)) expect(text).not.toMatch(/undefined/);
    }));
  });
});
