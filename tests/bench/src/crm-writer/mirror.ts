import { Readable } from 'node:stream';
import { OBJECT, WORKSPACE, type Stage } from './stage.ts';

export interface MirrorResult {
  accounts: number;
  firstSeconds: number;
  firstCalls: number;
  /** The writer's most memory while the first pull went on, in MB. */
  firstMb: number;
  changesSeconds: number;
  changesCalls: number;
  changesMb: number;
  /** A pull that finds nothing. */
  idleSeconds: number;
  /** The pull right after the first, which looks back a quarter of an hour: where all accounts have just changed, it meets all of them again. */
  againSeconds: number;
  againMb: number;
}

export const CHANGED = 1_000;

const YEAR_MS = 365 * 24 * 60 * 60_000;

/** Accounts that last changed in the course of a year, or just now. */
function* csv(from: number, count: number, what: string, forMs: number): Generator<string> {
  yield `Name,Website,BillingCountry,Industry,Phone,NumberOfEmployees${forMs > 0 ? ',SystemModstamp' : ''}\n`;
  const begun = Date.now() - forMs - 24 * 60 * 60_000;
  for (let i = from; i < from + count; i += 1) {
    const stamp = forMs > 0 ? `,${new Date(begun + ((i - from) / count) * forMs).toISOString()}` : '';
    yield `${what} ${i} Holdings,https://${what.toLowerCase()}${i}.example.com,Germany,Technology,+49 30 ${i},${i % 5_000}${stamp}\n`;
  }
}

async function seed(stage: Stage, from: number, count: number, what: string, forMs = 0): Promise<void> {
  const answer = await fetch(`${stage.sandbox.url}/__sandbox/records/${OBJECT}`, { method: 'POST', headers: { 'content-type': 'text/csv' }, body: Readable.toWeb(Readable.from(csv(from, count, what, forMs))) as ReadableStream, duplex: 'half' } as RequestInit);
  if (!answer.ok) throw new Error(`the sandbox took no accounts: ${await answer.text()}`);
}

/** The first pull of an org with so many accounts, which last changed in the course of a year or just now, then one after 1,000 have come, then one with nothing new. */
export async function mirror(stage: Stage, accounts: number, changed: 'in a year' | 'just now'): Promise<MirrorResult> {
  await stage.control('DELETE', 'data');
  await seed(stage, 0, accounts, 'Company', changed === 'in a year' ? YEAR_MS : 0);
  const connectionId = await stage.connect();
  const pull = async () => {
    await stage.calls();
    stage.watch.peak();
    const begun = performance.now();
    const status = await stage.client.refreshMirror({ connectionId, object: OBJECT }, { workspaceId: WORKSPACE });
    return { status, seconds: (performance.now() - begun) / 1000, calls: await stage.calls(), mb: stage.watch.peak() };
  };
  const first = await pull();
  if (first.status.records !== accounts) throw new Error(`the mirror has ${first.status.records} of ${accounts} accounts`);
  // The first pull after it looks far back, as one does every ten minutes; what is measured is every other.
  const again = await pull();
  await seed(stage, accounts, CHANGED, 'Newcomer');
  const changes = await pull();
  if (changes.status.created !== CHANGED) throw new Error(`the mirror took in ${changes.status.created} of ${CHANGED}`);
  const idle = await pull();
  await stage.client.deleteConnection({ id: connectionId }, { workspaceId: WORKSPACE });
  return {
    accounts, firstSeconds: first.seconds, firstCalls: first.calls, firstMb: first.mb, changesSeconds: changes.seconds, changesCalls: changes.calls, changesMb: changes.mb, idleSeconds: idle.seconds, againSeconds: again.seconds, againMb: again.mb,
  };
}
