import { connectorFor } from '@signalbox/connectors-registry';
import type { ConnectorSession } from '@signalbox/connectors-sdk';
import { crmWriter, orchestrations } from '@signalbox/contracts';
import { byCompany, Stage } from '@signalbox/crm-writer/testing';
import { planUndo, usualValues, type UndoFact, type UndoState } from '@signalbox/platform-orchestration';
import { startDynamicsSandbox, startHubspotSandbox } from '@signalbox/sandbox';
import { createLogger } from '@signalbox/platform-telemetry';

const { ChangeOperation, ChangeOutcome } = crmWriter;
const { PlanAction } = orchestrations;
const COUNT = 30;
const logger = createLogger({ service: 'spec', level: 'silent' });

interface Provider {
  name: string;
  key: string;
  /** Fields for name, website, country and phone. */
  fields: [string, string, string, string];
  open(now: () => number): Promise<{ connection: Partial<crmWriter.CreateConnectionRequest> & { baseUrl: string; settings: Record<string, string>; secrets: Record<string, string> }; contactOf(accountId: string): unknown; close(): Promise<void> }>;
}

const providers: Provider[] = [
  {
    name: 'dynamics', key: 'signalbox_id', fields: ['name', 'websiteurl', 'address1_country', 'telephone1'],
    async open(now) {
      const sandbox = await startDynamicsSandbox({ now });
      const { tenantId, clientId, clientSecret } = sandbox.credentials;
      return { connection: { baseUrl: sandbox.url, authKind: 'client_credentials', settings: { tenant_id: tenantId, client_id: clientId, authority: sandbox.url }, secrets: { client_secret: clientSecret } },
        contactOf: (id) => sandbox.seed('contact', [{ lastname: 'Lee', emailaddress1: 'ann@example.com', 'parentcustomerid_account@odata.bind': `/accounts(${id})` }]), close: () => sandbox.close() };
    },
  },
  {
    name: 'hubspot', key: 'signalbox_id', fields: ['name', 'domain', 'country', 'phone'],
    async open(now) {
      const sandbox = await startHubspotSandbox({ now, burstLimit: 10_000, searchesPerSecond: 100 });
      return { connection: { baseUrl: sandbox.url, authKind: 'access_token', settings: {}, secrets: { access_token: sandbox.credentials.accessToken } },
        contactOf: (id) => sandbox.seed('contacts', [{ email: 'ann@example.com', associatedcompanyid: id }]), close: () => sandbox.close() };
    },
  },
];

describe.each(providers)('Taking back what was created in $name', (provider) => {
  let stage: Stage;
  let close: () => Promise<void>;
  let contactOf: (accountId: string) => unknown;
  let connectionId: string;
  let somebody: ConnectorSession;
  let minutes = 0;
  const [name, website, country, phone] = provider.fields;

  beforeAll(async () => {
    stage = await Stage.open();
    const opened = await provider.open(() => Date.now() + minutes * 60_000);
    ({ close, contactOf } = opened);
    connectionId = (await stage.connect({ name: provider.name, provider: provider.name, ...opened.connection })).id;
    const parts = { clock: { now: () => new Date() }, random: Math.random, wait: async () => undefined, logger };
    somebody = connectorFor(provider.name).connect({ authKind: '', ...opened.connection, parts });
    await stage.client.refreshMirror({ connectionId, object: 'Account' }, stage.as);
  });
  afterAll(async () => {
    somebody?.close();
    await stage?.close();
    await close?.();
  });

  /** Facts of the records with these ids, and what holds for all of them, as orchestrations has them. */
  async function facts(ids: ReadonlyMap<string, string>): Promise<{ facts: UndoFact[]; state: UndoState; sequence: number }> {
    const mirror = await stage.client.refreshMirror({ connectionId, object: 'Account', withAttached: true }, stage.as);
    const { fields } = await stage.client.describeObject({ connectionId, object: 'Account' }, stage.as);
    const { records } = await stage.client.listCrmRecords({ connectionId, object: 'Account', crmIds: [...ids.values()], page: { limit: 1000 } }, stage.as);
    const present = new Map(records.map((r) => [r.crmId, { deleted: r.deleted, fields: r.fields, createdAt: r.createdAt, modifiedAt: r.modifiedAt, attached: [] as string[] }]));
    for (const one of (await stage.client.listRecordsOfAccounts({ connectionId, accountIds: [...ids.values()] }, stage.as)).records) present.get(one.accountId)?.attached.push(`${one.object} ${one.name}`);
    const all = [...ids].map(([companyId, crmId], position): UndoFact => ({
      position, action: 'create', companyId, companyName: companyId, crmId, beforeImage: [], undoneBy: '', present: present.get(crmId),
      changes: [...written(companyId), { field: provider.key, before: '', after: companyId }].map((f) => ({ ...f, clear: false, values: undefined })),
    }));
    return { facts: all, sequence: mirror.sequence, state: { known: new Set(mirror.fields), writable: new Set(fields.filter((f) => f.updateable).map((f) => f.name)), usual: usualValues(all) } };
  }
  const written = (n: string) => [{ field: name, before: '', after: `Company ${n}` }, { field: website, before: '', after: `${n}.example` }, { field: country, before: '', after: 'France' }];

  it('ORC-11 deletes what nobody else has touched, and leaves alone what somebody has', async () => {
    const changes = Array.from({ length: COUNT }, (_, i) => ({ changeId: `create-${provider.name}-${i}`, companyId: `${provider.name}${i}`, fields: written(`${provider.name}${i}`), identity: { id: `${i}`, name: `Company ${provider.name}${i}` } }));
    const created = await stage.results(await stage.request({ operation: ChangeOperation.CREATE, object: 'Account', provider: provider.name, changes }, { connectionId, externalIdField: provider.key }), 60_000);
    const ids = new Map(created.results.map((r) => [r.companyId, r.crmId]));
    expect(ids.size).toBe(COUNT);
    const id = (n: number) => ids.get(`${provider.name}${n}`)!;
    minutes = 30;
    const row = (n: number, values: Record<string, string>) => ({ changeId: `theirs-${n}`, crmId: id(n), externalKey: '', values });
    for await (const answer of somebody.write({ object: 'Account', operation: 'update', externalIdField: '', rows: [row(0, { [name]: 'Renamed' }), row(1, { [phone]: '+33 1' })] })) expect(answer.map((a) => a.kind)).not.toContain('failed');
    contactOf(id(3));
    const before = await facts(ids);
    const plan = planUndo(before.facts, before.state);
    expect(plan.filter((r) => r.action === PlanAction.SKIP).map((r) => [r.companyId, r.reason, r.note])).toEqual([
      [`${provider.name}0`, 'changed_since', `${name} was changed by someone else`], [`${provider.name}1`, 'changed_since', `${phone} was changed by someone else`],
      [`${provider.name}3`, 'changed_since', 'Contact ann@example.com belongs to it'],
    ]);
    minutes = 60;
    for await (const answer of somebody.write({ object: 'Account', operation: 'update', externalIdField: '', rows: [row(2, { [phone]: '+33 2' })] })) expect(answer.map((a) => a.kind)).not.toContain('failed');
    const deletions = plan.filter((r) => r.action === PlanAction.DELETE).map((r) => ({ changeId: `del-${r.crmId}`, companyId: r.companyId, crmId: r.crmId, fields: r.changes }));
    const done = await stage.results(await stage.request({ operation: ChangeOperation.DELETE, object: 'Account', provider: provider.name, changes: deletions, checkBefore: true, plannedAtSequence: before.sequence }, { connectionId, externalIdField: provider.key }), 60_000);
    expect(byCompany(done).get(`${provider.name}2`)).toMatchObject({ outcome: ChangeOutcome.SKIPPED, code: 'changed_since' });
    expect(done.results.filter((r) => r.outcome === ChangeOutcome.SUCCEEDED && r.code === 'deleted')).toHaveLength(COUNT - 4);
  }, 60_000);
});
