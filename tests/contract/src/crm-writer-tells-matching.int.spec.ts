import { matching } from '@signalbox/contracts';
import { OBJECT, Stage } from '@signalbox/crm-writer/testing';
import { matchingSettings, startMatching } from '@signalbox/matching';
import { readConfig } from '@signalbox/platform-config';
import { createGrpcClient, type GrpcClient } from '@signalbox/platform-grpc';
import type { RunningService } from '@signalbox/platform-service';
import { createLogger } from '@signalbox/platform-telemetry';
import { waitFor } from '@signalbox/testing';

const { CandidateKind, Decision, TieBreaker } = matching;
let stage: Stage;
let service: RunningService;
let client: GrpcClient<typeof matching.MatchingServiceDefinition>;

beforeAll(async () => {
  stage = await Stage.open();
  service = await startMatching(readConfig(matchingSettings, stage.environment()), { ownsProcess: false, logger: createLogger({ service: 'spec', level: 'error' }) });
  client = createGrpcClient(matching.MatchingServiceDefinition, { address: `127.0.0.1:${service.grpcPort}`, tokens: stage.tokens });
});
afterAll(async () => {
  client?.close();
  await service?.stop();
  await stage?.close();
});

describe('from Salesforce to a lead\'s account', () => {
  it('CLC-9 a lead of a company that is three accounts goes to the oldest, the most active or its owner\'s, as the workspace wants', async () => {
    const acme = (createdDate: string, owner: string, lastActivity = '') => ({
      Name: 'Acme Rockets', Website: 'acme-rockets.com', BillingCountry: 'USA', OwnerId: owner, CreatedDate: createdDate, ...(lastActivity === '' ? {} : { LastActivityDate: lastActivity }),
    });
    const [ada, eve] = stage.sandbox.seed('User', ['Ada', 'Eve'].map((name) => ({ Username: `${name}@acme.test`, Email: `${name}@acme.test`, Alias: name, LastName: name }))).ids as [string, string];
    const [first, second, third] = stage.sandbox.seed(OBJECT, [acme('2025-06-01T00:00:00Z', ada), acme('2023-06-01T00:00:00Z', ada), acme('2024-06-01T00:00:00Z', eve, '2026-11-20')]).ids as [string, string, string];
    const { id: connectionId } = await stage.connect();
    const { sequence } = await stage.client.refreshMirror({ connectionId, object: OBJECT }, stage.as);
    await waitFor(async () => (await client.getIndexPosition({ connectionId }, stage.as)).sequence >= sequence, { what: 'the index' });

    const asked = async (tieBreakers: matching.TieBreaker[], more: { accountId?: string; ownerId?: string } = {}) => {
      await client.putMatchRules({ tieBreakers }, stage.as);
      const { decision, accountId } = await client.match({ connectionId, candidate: { id: '00Q1', kind: CandidateKind.LEAD, name: 'Acme', email: 'wile@acme-rockets.com', ...more } }, stage.as);
      return decision === Decision.MATCH ? accountId : decision;
    };
    expect(await asked([])).toBe(first);
    expect(await asked([TieBreaker.OLDEST])).toBe(second);
    expect(await asked([TieBreaker.NEWEST_ACTIVITY])).toBe(third);
    expect(await asked([TieBreaker.OWNER_MATCH], { ownerId: eve })).toBe(third);
    expect(await asked([TieBreaker.OWNER_MATCH, TieBreaker.OLDEST], { ownerId: ada })).toBe(second);
    expect(await asked([TieBreaker.OLDEST], { accountId: first })).toBe(first);
  });

  it('CLC-9 the account with most contacts, or most open opportunities, is told by the mirrors of those', async () => {
    const [first, second, third] = stage.sandbox.seed(OBJECT, ['a', 'b', 'c'].map(() => ({ Name: 'Globex', Website: 'globex.com', BillingCountry: 'USA' }))).ids as [string, string, string];
    stage.sandbox.seed('Contact', [[second, 'One'], [second, 'Two'], [third, 'Three']].map(([AccountId, LastName]) => ({ AccountId, LastName })));
    const deal = (AccountId: string, StageName: string, n: number) => ({ AccountId, Name: `Deal ${n}`, StageName, CloseDate: '2026-12-31' });
    stage.sandbox.seed('Opportunity', [deal(first, 'Closed Won', 1), deal(first, 'Closed Lost', 2), deal(second, 'Closed Won', 3), deal(third, 'Prospecting', 4)]);
    const { id: connectionId } = await stage.connect();
    const pulled = async (object: string) => {
      const { sequence } = await stage.client.refreshMirror({ connectionId, object }, stage.as);
      await waitFor(async () => (await client.getIndexPosition({ connectionId, object: object === OBJECT ? '' : object }, stage.as)).sequence >= sequence, { what: `the index of ${object}` });
    };
    for (const object of [OBJECT, 'Contact', 'Opportunity']) await pulled(object);
    const asked = async (...tieBreakers: matching.TieBreaker[]) => {
      await client.putMatchRules({ tieBreakers }, stage.as);
      return (await client.match({ connectionId, candidate: { id: '00Q2', kind: CandidateKind.LEAD, name: 'Globex', email: 'hank@globex.com' } }, stage.as)).accountId;
    };
    expect(await asked()).toBe(first);
    expect(await asked(TieBreaker.MOST_CONTACTS)).toBe(second);
    expect(await asked(TieBreaker.MOST_OPEN_OPPORTUNITIES)).toBe(third);
    // Colleagues add contacts: the next pull tells.
    stage.sandbox.seed('Contact', [{ AccountId: third, LastName: 'Four' }, { AccountId: third, LastName: 'Five' }]);
    await pulled('Contact');
    expect(await asked(TieBreaker.MOST_CONTACTS)).toBe(third);
  });
});
