import { crmWriter, matching, orchestrations, segments } from '@signalbox/contracts';
import { readConvertLeads } from '@signalbox/kinds';
import type { Definition } from '@signalbox/platform-orchestration';
import fc from 'fast-check';
import type { LeadFact, LeadFacts } from './facts.ts';
import { convertLeadsKind as kind } from './kind.ts';

const { Decision } = matching;
const { PlanAction } = orchestrations;

const definition = (settings: object, more: Partial<Definition> = {}): Definition => ({
  workspaceId: 'w', orchestrationId: 'o', version: 1, kind: 'convert_leads', name: 'Leads', segmentId: 's', connectionId: 'c', mappingProfileId: '', mappingProfileVersion: 0,
  guardrails: { maxRecords: 0, maxSharePercent: 0, maxClears: 0 }, settings: readConvertLeads(settings), ...more,
});
const CONVERT = { convertedStatus: 'Closed - Converted' };
const WRITE = { mode: 'write_account_id', accountIdField: 'Matched__c' };

interface Given {
  decision?: matching.Decision;
  outside?: boolean;
  converted?: boolean;
  deleted?: boolean;
  contactIds?: string[];
  fields?: Record<string, string>;
}

const fact = (id: string, { decision = Decision.MATCH, outside = false, contactIds = [], fields = {}, ...lead }: Given = {}): LeadFact => ({
  lead: crmWriter.CrmRecord.fromPartial({ crmId: id, object: 'Lead', fields, ...lead }), contactIds, ...(outside ? {} : { company: { id: 'co1', name: 'Acme' } }),
  decision: matching.MatchDecision.fromPartial({ candidateId: id, decision, accountId: decision === Decision.MATCH ? '001A' : '', reason: 'By its mail.', otherCandidates: decision === Decision.MATCH ? [] : [{ accountId: '001A' }, { accountId: '001B' }] }),
});
const plan = (settings: object, ...batch: LeadFact[]) => kind.plan(batch, kind.begin(definition(settings), {} as LeadFacts));

describe('planning the conversion of leads', () => {
  it('CLC-4 gives a matched lead to its account, with the status that was chosen and no field of its own', () => {
    expect(plan(CONVERT, fact('00Q1'))).toMatchObject([{ action: PlanAction.CONVERT, crmId: '00Q1', companyId: 'co1', changes: [], conversion: { accountId: '001A', contactId: '', status: 'Closed - Converted' } }]);
  });

  it('CLC-4 skips a lead whose account is not settled or not there, with the candidates as evidence', () => {
    const records = plan(CONVERT, fact('00Q1', { decision: Decision.REVIEW }), fact('00Q2', { decision: Decision.NEW }));
    expect(records.map((r) => [r.action, r.reason, r.evidence?.otherCandidates.length])).toEqual([[PlanAction.SKIP, 'account_unsettled', 2], [PlanAction.SKIP, 'no_account', 2]]);
    expect(records.map((r) => r.conversion)).toEqual([undefined, undefined]);
  });

  it('CLC-7 merges into the contact with the same mail address, and of several into the one with the smallest id', () => {
    const [one, two] = plan(CONVERT, fact('00Q1', { contactIds: ['003A'] }), fact('00Q2', { contactIds: ['003A', '003B'] }));
    expect([one?.conversion?.contactId, two?.conversion?.contactId]).toEqual(['003A', '003A']);
    expect(kind.describe(two!)).toContain('2 contacts have this mail address; this one has the smallest id');
  });

  it('CLC-2 leaves out leads of other companies, and those that are deleted; CLC-8 skips converted ones', () => {
    expect(plan(CONVERT, fact('00Q1', { outside: true }), fact('00Q2', { deleted: true }), fact('00Q3', { converted: true })).map((r) => [r.crmId, r.reason])).toEqual([['00Q3', 'already_converted']]);
  });

  it('CLC-5 leaves an earlier id of another account as it is when ids are written', () => {
    const [fresh, same, other] = plan(WRITE, fact('00Q1'), fact('00Q2', { fields: { Matched__c: '001A' } }), fact('00Q3', { fields: { Matched__c: '001Z' } }));
    expect(fresh).toMatchObject({ action: PlanAction.UPDATE, changes: [{ field: 'Matched__c', before: '', after: '001A', clear: false }] });
    expect([same?.reason, other?.reason]).toEqual(['already_written', 'other_account_written']);
    expect(kind.describe(other!)).toContain('has the id of another account, 001Z, which is left as it is; its account is 001A.');
  });

  it('plans the same however the leads are cut into batches, each lead at most once and with its reason in words', () => {
    const given = fc.record({ decision: fc.constantFrom(Decision.MATCH, Decision.NEW, Decision.REVIEW), outside: fc.boolean(), converted: fc.boolean(), deleted: fc.boolean(), contactIds: fc.uniqueArray(fc.constantFrom('003A', '003B')) });
    fc.assert(fc.property(fc.array(given, { maxLength: 12 }), fc.nat(12), fc.constantFrom(CONVERT, WRITE), (leads, cut, settings) => {
      const facts = leads.map((one, i) => fact(`00Q${i}`, one));
      const whole = plan(settings, ...facts);
      expect([...plan(settings, ...facts.slice(0, cut)), ...plan(settings, ...facts.slice(cut))]).toEqual(whole);
      expect(new Set(whole.map((r) => r.crmId)).size).toBe(whole.length);
      for (const record of whole) expect(kind.describe(record)).not.toBe(record.reason);
    }));
  });
});

describe('what stands in the way of converting leads', () => {
  const healthy = crmWriter.Connection.fromPartial({ id: 'c', name: 'Ours', provider: 'salesforce', status: crmWriter.ConnectionStatus.HEALTHY });
  const provider = (label: string, convertsLeads: boolean) => crmWriter.Provider.fromPartial({ name: 'salesforce', label, convertsLeads });
  const field = (name: string, more: Partial<crmWriter.CrmField> = {}) => crmWriter.CrmField.fromPartial({ name, type: 'string', length: 255, updateable: true, ...more });
  const facts: LeadFacts = {
    entitlements: new Set(['orchestrations']), connection: healthy, provider: provider('Salesforce', true), convertingProviders: ['Dynamics 365', 'Salesforce'],
    statuses: [{ name: 'Closed - Converted', label: 'Closed', isDefault: true }], segment: segments.Segment.fromPartial({ id: 's' }),
    leadFields: [field('Matched__c'), field('Locked__c', { updateable: false }), field('Short__c', { length: 15 }), field('Pick__c', { type: 'picklist' })],
  };
  const codes = (settings: object, more: Partial<LeadFacts> = {}, d: Partial<Definition> = {}) => kind.validate(definition(settings, d), { ...facts, ...more }).map((p) => p.code);

  it('is nothing when all is there', () => {
    expect([codes(CONVERT), codes(WRITE)]).toEqual([[], []]);
  });

  it('CLC-1 is a CRM whose leads are not converted, by its name, or a package that is not licensed', () => {
    const [problem] = kind.validate(definition(CONVERT), { ...facts, provider: provider('HubSpot', false) });
    expect(problem).toMatchObject({ code: 'orchestrations.connection.cannot_convert', message: expect.stringContaining('HubSpot') });
    expect(codes(CONVERT, { entitlements: new Set() })).toEqual(['orchestrations.entitlement.missing']);
  });

  it('CLC-3 is a status that was not chosen, or that has vanished from the CRM', () => {
    expect(codes({})).toEqual(['orchestrations.converted_status.missing']);
    const [problem] = kind.validate(definition({ convertedStatus: 'Old' }), facts);
    expect(problem).toMatchObject({ code: 'orchestrations.converted_status.vanished', field: 'settings.convertedStatus', message: expect.stringContaining('It has: Closed.') });
    expect(codes({ convertedStatus: 'Old' }, { statuses: [] })).toEqual(['orchestrations.converted_status.vanished']);
  });

  it('is a field that could not take an account\'s id', () => {
    const of = (accountIdField: string) => codes({ mode: 'write_account_id', accountIdField });
    expect([of(''), of('No__c'), of('Locked__c'), of('Pick__c'), of('Short__c')].map(([code]) => code?.split('.').at(-1))).toEqual(['missing', 'unknown', 'not_writable', 'no_text', 'too_short']);
  });

  it('is a segment that was not chosen, or is gone', () => {
    expect([codes(CONVERT, {}, { segmentId: '' }), codes(CONVERT, { segment: undefined })]).toEqual([['orchestrations.segment.missing'], ['orchestrations.segment.unknown']]);
  });
});

describe('the first run', () => {
  it('needs a typed confirmation, unless it was approved in advance or converts nothing', () => {
    expect([CONVERT, { ...CONVERT, approvedInAdvance: true }, WRITE].map((settings) => kind.mustBeConfirmed?.(settings))).toEqual([true, false, false]);
  });
});
