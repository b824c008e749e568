import { crmWriter } from '@signalbox/contracts';
import { byCompany, OBJECT, Stage } from '@signalbox/crm-writer/testing';
import { matchingSettings, startMatching } from '@signalbox/matching';
import { readConfig } from '@signalbox/platform-config';
import type { RunningService } from '@signalbox/platform-service';
import { createLogger } from '@signalbox/platform-telemetry';

const { ChangeOutcome } = crmWriter;
let stage: Stage;
let matching: RunningService;

beforeAll(async () => {
  stage = await Stage.open();
  matching = await startMatching(readConfig(matchingSettings, stage.environment()), { ownsProcess: false, logger: createLogger({ service: 'spec', level: 'error' }) });
  await stage.stopService();
  await stage.start({ SIGNALBOX_MATCHING_ADDRESS: `127.0.0.1:${matching.grpcPort}` });
});
afterAll(async () => {
  await matching?.stop();
  await stage?.close();
});

describe('the moment of writing', () => {
  it('CNA-8 an account that appeared since the preview is skipped, with its id as the reason', async () => {
    stage.sandbox.seed(OBJECT, [{ Name: 'Globex Corporation', Website: 'globex.com', BillingCountry: 'United States' }]);
    const { id: connectionId } = await stage.connect();
    const planned = await stage.client.refreshMirror({ connectionId, object: OBJECT }, stage.as);
    const { ids } = stage.sandbox.seed(OBJECT, [{ Name: 'Initech, Inc.', Website: 'https://www.initech.com', BillingCountry: 'USA' }]);
    const accounts = [
      { companyId: 'initech', name: 'Initech Inc', website: 'initech.com', country: 'United States' },
      { companyId: 'hooli', name: 'Hooli', website: 'hooli.com', country: 'United States' },
    ];
    stage.sandbox.resetRequests();
    const done = await stage.results(await stage.plan(accounts, { connectionId, plannedAtSequence: planned.sequence }));
    const results = byCompany(done);
    expect(results.get('initech')).toMatchObject({ outcome: ChangeOutcome.SKIPPED, code: 'appeared_since_preview', crmId: ids[0], message: expect.stringContaining(ids[0]!) });
    expect(results.get('hooli')).toMatchObject({ outcome: ChangeOutcome.SUCCEEDED, code: 'created' });
    expect(stage.sandbox.counts()[OBJECT]).toBe(3);
    expect(stage.sandbox.requests().operations['query']).toBe(1);
  });

  it('CNA-8 news that a pull brought between the preview and the write counts too', async () => {
    const { id: connectionId } = await stage.connect();
    const planned = await stage.client.refreshMirror({ connectionId, object: OBJECT }, stage.as);
    const { ids } = stage.sandbox.seed(OBJECT, [{ Name: 'Umbrella GmbH', Website: 'umbrella.de', BillingCountry: 'Germany' }]);
    await stage.client.refreshMirror({ connectionId, object: OBJECT }, stage.as);
    const accounts = [{ companyId: 'umbrella', name: 'Umbrella', website: 'www.umbrella.de', country: 'Germany' }];
    const done = await stage.results(await stage.plan(accounts, { connectionId, plannedAtSequence: planned.sequence }));
    expect(done.results).toMatchObject([{ outcome: ChangeOutcome.SKIPPED, crmId: ids[0] }]);
  });

  it('CNA-8 without news in the CRM nobody else is asked, and one small query is all it costs', async () => {
    const { id: connectionId } = await stage.connect();
    const planned = await stage.client.refreshMirror({ connectionId, object: OBJECT }, stage.as);
    stage.sandbox.resetRequests();
    const accounts = Array.from({ length: 100 }, (_, i) => ({ companyId: `quiet-${i}`, name: `Quiet ${i}`, website: `quiet${i}.example.com`, country: 'Japan' }));
    const done = await stage.results(await stage.plan(accounts, { connectionId, plannedAtSequence: planned.sequence }));
    expect(new Set(done.results.map((r) => r.outcome))).toEqual(new Set([ChangeOutcome.SUCCEEDED]));
    expect(stage.sandbox.requests().operations).toMatchObject({ query: 1 });
  });
});
