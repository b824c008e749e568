import { waitFor } from '@signalbox/testing';
import type { Crm } from './world/crm.ts';
import { createWorldWith, ownSandbox, type World } from './world/world.ts';
import type { StartTopology } from './topology/topology.ts';

/** Creating accounts from a segment, end to end; the same on every shape of the product, and with a Salesforce that runs elsewhere. */
export function describeCreateAccounts(shape: string, start: StartTopology, openCrm: () => Promise<Crm> = ownSandbox): void {
  describe(`Create New Accounts on ${shape}`, () => {
    let world: World<Crm>;
    let connectionId: string;
    const accounts = async () => world.crm.records('Account');
    const named = async (name: string) => (await accounts()).filter((a) => a['Name'] === name);

    beforeAll(async () => {
      world = await createWorldWith(start, openCrm);
      await world.crm.seed('Account', [
        { Name: 'Apple Computer, Inc', Website: 'www.apple.com', BillingCountry: 'USA' },
        { Name: 'ACME', Website: 'acme.com', BillingCountry: 'USA' },
      ]);
      connectionId = await world.connect();
    }, 180_000);
    afterAll(() => world?.stop(), 60_000);

    const scene = async (prefix: string, rows: { name: string; website?: string; country?: string }[], more: Record<string, unknown> = {}) => {
      await world.importCompanies(rows.map((row, i) => ({ id: `${prefix}-${i}`, ...row })));
      const segment = await world.segmentOf(`${prefix}-`);
      expect(segment.size).toBe(rows.length);
      return world.orchestration(`Create ${prefix}`, connectionId, segment.id, more);
    };

    it('ORC-3 saves without running, says that a preview is being generated, and generates it', async () => {
      const before = (await accounts()).length;
      await world.importCompanies([{ id: 'orc3-0', name: 'Borealis Timber', website: 'borealistimber.se', country: 'Sweden' }]);
      const segment = await world.segmentOf('orc3-');
      const mappingProfileId = await world.profile(connectionId);
      const saved = await world.api.post<{ id: string; notice: string }>('/orchestrations', { name: 'Saved only', kind: 'create_accounts', segmentId: segment.id, connectionId, mappingProfileId, schedule: { mode: 'manual' } });
      expect(saved.notice).toMatch(/preview is being generated/i);
      const plan = await world.preview(saved.id);
      expect(plan).toMatchObject({ state: 'ready', planned: 1, toWrite: 1 });
      expect((await world.api.get<{ items: unknown[] }>(`/orchestrations/${saved.id}/runs`)).items).toHaveLength(0);
      expect(await accounts()).toHaveLength(before);
    });

    it('CNA-4 CNA-5 ORC-8 lists what is new, skips what the CRM holds, and gives reason and evidence for each', async () => {
      const id = await scene('cna4', [
        { name: 'Apple Inc.', website: 'www.apple.com', country: 'USA' },
        { name: 'ACME', website: 'acme.ca', country: 'Canada' },
      ]);
      const plan = await world.preview(id);
      const records = await world.records(plan.id);
      const apple = records.find((r) => r.companyName === 'Apple Inc.');
      const acme = records.find((r) => r.companyName === 'ACME');
      expect(apple).toMatchObject({ action: 'skip', reason: 'already_in_crm', crmId: expect.stringMatching(/^001/) });
      expect(apple?.evidence?.rule).toBeTruthy();
      expect(apple?.evidence?.evidence?.length).toBeGreaterThan(0);
      expect(acme).toMatchObject({ action: 'create', reason: 'not_in_crm' });
      expect(acme?.changes).toEqual(expect.arrayContaining([expect.objectContaining({ field: 'Website', after: 'acme.ca' })]));
      const run = await world.run(id);
      expect(run).toMatchObject({ state: 'finished', counts: { planned: 2, succeeded: 1, skipped: 1, failed: 0 } });
      expect(await named('Apple Inc.')).toHaveLength(0);
      expect(await named('ACME')).toHaveLength(2);
    });

    it('CNA-7 creates one account for two members that are the same company', async () => {
      const id = await scene('cna7', [
        { name: 'Twin Rivers Mining Ltd', website: 'https://twinrivers.example.com.au', country: 'Australia' },
        { name: 'TWIN RIVERS MINING LIMITED', website: 'twinrivers.example.com.au/about', country: 'AU' },
      ]);
      const run = await world.run(id);
      expect(run.counts).toMatchObject({ planned: 2, succeeded: 1, skipped: 1, skippedByReason: { duplicate_in_segment: 1 } });
      expect((await accounts()).filter((a) => /twin rivers/i.test(String(a['Name'])))).toHaveLength(1);
    });

    it('CNA-8 skips an account that appeared since the preview, with its id', async () => {
      const id = await scene('cna8', [{ name: 'Latecomer Foods', website: 'latecomerfoods.com', country: 'France' }]);
      expect(await world.preview(id)).toMatchObject({ toWrite: 1 });
      await world.crm.seed('Account', [{ Name: 'Latecomer Foods', Website: 'latecomerfoods.com', BillingCountry: 'France' }]);
      const appeared = (await named('Latecomer Foods'))[0]?.['Id'];
      const run = await world.run(id);
      expect(run.counts).toMatchObject({ succeeded: 0, skipped: 1 });
      const [record] = await world.records(run.planId);
      expect(record?.crmId).toBe(appeared);
      expect(await named('Latecomer Foods')).toHaveLength(1);
    });

    it('CNA-10 no longer lists a company once it has its account', async () => {
      const id = await scene('cna10', [{ name: 'Onceonly Optics', website: 'onceonly-optics.de', country: 'Germany' }]);
      expect((await world.run(id)).counts.succeeded).toBe(1);
      await waitFor(async () => (await world.newPreview(id)).planned === 0, { timeoutMs: 20_000, what: 'a preview without the company' });
    });

    it('ORC-4 offers the full list as CSV', async () => {
      const rows = Array.from({ length: 250 }, (_, i) => ({ name: `Listed Works ${i}`, website: `listed-works-${i}.com`, country: 'Italy' }));
      const id = await scene('orc4', rows);
      const plan = await world.preview(id);
      const sample = await world.api.get<{ items: unknown[] }>(`/plans/${plan.id}/records`);
      expect(sample.items.length).toBeLessThanOrEqual(100);
      const csv = await world.csv(`/plans/${plan.id}/records.csv`);
      expect(csv.trim().split('\n')).toHaveLength(251);
    });

    it('ORC-5 joins a second "run now" to the one at work', async () => {
      const rows = Array.from({ length: 300 }, (_, i) => ({ name: `Joined Yards ${i}`, website: `joined-yards-${i}.com`, country: 'Spain' }));
      const id = await scene('orc5', rows);
      // The CRM takes its time, so that the second press finds the first run at work however fast the machine is.
      await world.crm.settings({ latencyMs: 2_000 });
      const [first, second] = await Promise.all([world.startRun(id), world.startRun(id)]);
      await world.crm.settings({ latencyMs: 0 });
      expect(second.id).toBe(first.id);
      const run = await world.ended(first.id);
      expect(run.counts).toMatchObject({ planned: 300, succeeded: 300 });
      expect((await accounts()).filter((a) => String(a['Name']).startsWith('Joined Yards'))).toHaveLength(300);
      const waited = new Date(run.startedAt ?? 0).getTime() - new Date(run.queuedAt ?? 0).getTime();
      expect(waited).toBeLessThan(5_000);
    });

    it('ORC-10 halts past a guardrail before the first write, and goes on when a person overrides', async () => {
      const rows = Array.from({ length: 12 }, (_, i) => ({ name: `Guarded Mills ${i}`, website: `guarded-mills-${i}.com`, country: 'Poland' }));
      const id = await scene('orc10', rows, { guardrails: { maxRecords: 10 } });
      const halted = await world.run(id);
      expect(halted.state).toBe('halted');
      expect(halted.problem).toMatch(/10/);
      expect((await accounts()).filter((a) => String(a['Name']).startsWith('Guarded Mills'))).toHaveLength(0);
      await world.api.post(`/runs/${halted.id}/override`, {});
      const run = await waitFor(async () => {
        const seen = await world.ended(halted.id);
        return seen.state === 'halted' ? undefined : seen;
      });
      expect(run).toMatchObject({ state: 'finished', counts: { succeeded: 12 } });
    });

    it('CNA-2 refuses a segment that is built, through a nested one, from a CRM list, and names the path', async () => {
      const inner = await world.api.post<{ id: string }>('/segments', { name: 'From the CRM', kind: 'dynamic', rule: { crm: { kind: 'list', connectionId, reference: '00B000000000001' } } });
      const outer = await world.api.post<{ id: string }>('/segments', { name: 'Outer', kind: 'dynamic', rule: { segment: { segmentId: inner.id } } });
      const mappingProfileId = await world.profile(connectionId);
      const refused = world.api.post('/orchestrations', { name: 'Refused', kind: 'create_accounts', segmentId: outer.id, connectionId, mappingProfileId, schedule: { mode: 'manual' } });
      await expect(refused).rejects.toThrow(/Outer.*From the CRM.*00B000000000001/s);
    });
  });
}
