import { dynamicsElsewhere, inputFor } from '@signalbox/connectors-dynamics/testing';
import { startDynamicsSandbox, type DynamicsFault } from '@signalbox/sandbox';
import { byId, schemaFile, type CrmStage, type LeadTrouble } from './crm-stage.ts';

const WRITES = ['batch', 'updateMultiple'];
const ACCOUNT_ID = 'new_matchedaccount';

function faultsOf(trouble: LeadTrouble): DynamicsFault[] {
  switch (trouble.kind) {
    case 'locked': return [{ kind: 'lock-row', object: 'lead', field: 'lastname', matching: `^${trouble.lastName}$`, times: trouble.times }];
    case 'refused': return [{ kind: 'poison-record', object: 'lead', field: 'lastname', matching: `^${trouble.lastName}$` }];
    case 'duplicate-rule': return [{ kind: 'duplicate-rule', object: 'contact', fields: ['emailaddress1'] }];
    case 'answer-lost': return [{ kind: 'timeout-after-commit', operation: WRITES, times: trouble.times, hangMs: 50 }];
    case 'session-expired': return [{ kind: 'session-expired', operation: WRITES, times: trouble.times }];
    case 'closed': return [{ kind: 'rate-limited', operation: WRITES, retryAfterSeconds: trouble.seconds }];
    case 'limit-for-today': return [{ kind: 'limit-exceeded', operation: WRITES, times: 1, retryAfterSeconds: 60 }];
    case 'storm': return stormOf(trouble.probability);
  }
}

function stormOf(probability: number): DynamicsFault[] {
  const of = { operation: 'any', probability };
  return [
    { kind: 'timeout-after-commit', ...of, hangMs: 50 }, { kind: 'timeout-before-commit', ...of, hangMs: 50 }, { kind: 'connection-reset', ...of }, { kind: 'truncated-answer', ...of },
    { kind: 'html', ...of }, { kind: 'server-error', ...of }, { kind: 'session-expired', ...of }, { kind: 'rate-limited', ...of, retryAfterSeconds: 1 }, { kind: 'unavailable', ...of, retryAfterSeconds: 1 },
    { kind: 'latency', ...of, ms: 300 }, { kind: 'lock-row', object: 'lead', field: 'lastname', matching: '.', probability },
  ];
}

export async function dynamicsStage(): Promise<CrmStage> {
  const { file, remove } = schemaFile({ entities: { lead: { attributes: [{ name: ACCOUNT_ID, label: 'Matched account' }] } } });
  const sandbox = await startDynamicsSandbox({ schemaFile: file });
  const elsewhere = dynamicsElsewhere(sandbox);
  const one = (entity: string, values: Record<string, unknown>) => sandbox.seed(entity, [values]).ids[0]!;
  const stamps = ['modifiedon', 'modifiedby', 'versionnumber'];
  return {
    provider: 'dynamics', status: '3', accountIdField: ACCOUNT_ID, setByWriting: stamps,
    setByConversion: ['statecode', 'statuscode', 'parentaccountid', 'parentcontactid', ...stamps],
    connection: { name: 'A Dynamics', provider: 'dynamics', environment: 'sandbox', dailyCalls: 0, ...inputFor(sandbox) },
    account: (name, website) => one('account', { name, websiteurl: website, address1_country: 'Germany' }),
    contact: (accountId, email) => one('contact', { lastname: 'There', emailaddress1: email, 'parentcustomerid_account@odata.bind': `/accounts(${accountId})` }),
    lead: ({ company, email, lastName = 'Lee', earlierAccountId }) => one('lead', {
      lastname: lastName, firstname: 'Ann', subject: 'Interest', companyname: company, emailaddress1: email, address1_country: 'Germany', jobtitle: 'Buyer', description: 'Met at the fair', telephone1: '+49 228 1', [ACCOUNT_ID]: earlierAccountId ?? null,
    }),
    leads: () => byId(sandbox.records('lead'), 'leadid'),
    contacts: () => new Map(sandbox.records('contact').map((row) => [String(row['contactid']), String(row['parentcustomerid'] ?? '')])),
    counts: () => ({ accounts: sandbox.counts()['account'] ?? 0, opportunities: sandbox.counts()['opportunity'] ?? 0 }),
    convertedInto: (lead) => (lead?.['statecode'] === 1 ? { accountId: String(lead['parentaccountid']), contactId: String(lead['parentcontactid']) } : undefined),
    convertElsewhere: (leadId, accountId) => elsewhere.convert(leadId, accountId),
    remove: (leadId) => elsewhere.remove('lead', leadId),
    trouble: (...troubles) => sandbox.faults.set(...troubles.flatMap(faultsOf)),
    calm: () => sandbox.faults.clear(),
    requests: () => sandbox.requests(),
    resetRequests: () => sandbox.resetRequests(),
    slow: (latencyMs) => sandbox.settings({ latencyMs }),
    close: async () => {
      await sandbox.close();
      remove();
    },
  };
}
