import { crmWriter } from '@signalbox/contracts';
import { Stage } from '@signalbox/crm-writer/testing';
import { waitFor } from '@signalbox/testing';
import { seeded } from './seeded.ts';
import { WriterToKill } from './writer-to-kill.ts';

/** Kills in one go; 50 for the full proof, fewer where time is short. */
const KILLS = Number(process.env['SIGNALBOX_KILLS'] ?? 5);
const ROWS = 200;
/** As many batches as a run has under way. */
const WINDOW = 8;
const LANES = 16;
const CONVERTED = 'Closed - Converted';
const SET_BY_CONVERSION = ['IsConverted', 'Status', 'ConvertedDate', 'ConvertedAccountId', 'ConvertedContactId', 'ConvertedOpportunityId', 'IsUnreadByOwner', 'LastModifiedDate', 'LastModifiedById', 'SystemModstamp'];
const { ChangeOperation, ChangeOutcome } = crmWriter;
const WRITTEN: readonly crmWriter.ChangeOutcome[] = [ChangeOutcome.SUCCEEDED, ChangeOutcome.UNKNOWN_THEN_SETTLED];

type Values = Record<string, unknown>;
const kept = (lead: Values) => Object.fromEntries(Object.entries(lead).filter(([field]) => !SET_BY_CONVERSION.includes(field)));

describe('kill -9 of the writer in the middle of conversions, while answers are lost', () => {
  const random = seeded(Number(process.env['SIGNALBOX_SEED'] ?? 20261123));
  let stage: Stage;
  let writer: WriterToKill;
  let connectionId: string;
  let accounts: string[];
  const before = new Map<string, Values>();
  /** Ids of the leads of each batch sent. */
  const sent = new Map<string, string[]>();

  beforeAll(async () => {
    stage = await Stage.open();
    connectionId = (await stage.connect()).id;
    accounts = stage.sandbox.seed('Account', Array.from({ length: 20 }, (_, i) => ({ Name: `Works ${i}` }))).ids;
    stage.sandbox.settings({ latencyMs: 40 });
    stage.sandbox.faults.set({ kind: 'timeout-after-commit', operation: 'convertLead', probability: 0.25, hangMs: 50 }, { kind: 'timeout-before-commit', operation: 'convertLead', probability: 0.05, hangMs: 50 });
    writer = new WriterToKill(stage, random);
    await writer.takeOver();
  }, 120_000);
  afterAll(() => writer?.close(), 60_000);

  async function sendOne(): Promise<void> {
    const number = sent.size;
    const { ids } = stage.sandbox.seed('Lead', Array.from({ length: ROWS }, (_, n) => ({ LastName: `Person ${n} of ${number}`, Company: `Works ${n % 20}`, Title: 'Buyer', Email: `p${n}@works-${number}.de`, Description: 'Met at the fair' })));
    for (const lead of stage.sandbox.records('Lead').slice(-ROWS)) before.set(String(lead['Id']), lead);
    const changes = ids.map((crmId, n) => ({ changeId: `b${number}-${n}`, companyId: '', crmId, conversion: { accountId: accounts[n % 20], contactId: '', status: CONVERTED } }));
    const id = await stage.request({ operation: ChangeOperation.CONVERT, object: 'Lead', changes }, { connectionId, batchId: `b${number}`, lane: number % LANES, externalIdField: '' });
    sent.set(id, ids);
  }

  async function keepBusy(): Promise<void> {
    while (sent.size - stage.completed.length < WINDOW) await sendOne();
  }

  it(`CLC-4 CLC-5 ORC-9 after ${KILLS} kills each lead is converted exactly once, each has one outcome, and nothing else was made or touched`, async () => {
    for (let kill = 0; kill < KILLS; kill += 1) await writer.killAtWork(keepBusy);
    stage.sandbox.faults.clear();
    await waitFor(() => stage.completed.length >= sent.size, { timeoutMs: 240_000, what: `all ${sent.size} batches` });

    const leads = new Map(stage.sandbox.records('Lead').map((lead) => [String(lead['Id']), lead]));
    const contacts = new Map(stage.sandbox.records('Contact').map((one) => [String(one['Id']), String(one['AccountId'])]));
    const all: crmWriter.ChangeResult[] = [];
    for (const [id, ids] of sent) {
      const of = stage.completed.filter((c) => c.batchId === id).flatMap((c) => c.results);
      expect([id, of.length, new Set(of.map((r) => r.changeId)).size]).toEqual([id, ROWS, ROWS]);
      expect(of.filter((r) => !WRITTEN.includes(r.outcome))).toEqual([]);
      for (const [n, lead] of ids.entries()) {
        const result = of.find((r) => r.changeId === `${id}-${n}`);
        const now = leads.get(lead)!;
        expect([now['IsConverted'], now['ConvertedAccountId'], now['ConvertedContactId'], contacts.get(result!.contactId)]).toEqual([true, accounts[n % 20], result?.contactId, accounts[n % 20]]);
        expect(kept(now)).toEqual(kept(before.get(lead)!));
      }
      all.push(...of);
    }
    expect([contacts.size, new Set(all.map((r) => r.contactId)).size, leads.size]).toEqual([all.length, all.length, all.length]);
    const { Account, Opportunity = 0 } = stage.sandbox.counts();
    expect([Account, Opportunity]).toEqual([20, 0]);
    const settled = all.filter((r) => r.outcome === ChangeOutcome.UNKNOWN_THEN_SETTLED).length;
    process.stdout.write(`${KILLS} kills, ${all.length} leads, ${settled} settled by asking\n`);
    // Otherwise nothing was hit in its middle, and nothing was proved.
    expect(settled).toBeGreaterThan(0);
  }, 120_000 + KILLS * 10_000);
});
