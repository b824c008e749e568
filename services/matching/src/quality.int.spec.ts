import { readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import { chunk } from '@signalbox/kernel';
import { testDatabase, type TestDatabase } from '@signalbox/platform-postgres/testing';
import { PgAccountIndex } from './adapters/postgres/account-index.ts';
import { PgRelations } from './adapters/postgres/account-relations.ts';
import { PgStandings } from './adapters/postgres/account-standings.ts';
import { PgLinks } from './adapters/postgres/company-links.ts';
import { SCHEMA, migrations } from './adapters/postgres/migrations.ts';
import { PgDecisionLog } from './adapters/postgres/decision-log.ts';
import { PgReviews } from './adapters/postgres/reviews.ts';
import { PgRules } from './adapters/postgres/rule-sets.ts';
import { MatchCandidates } from './application/match-candidates.ts';
import type { Candidate, Decision } from './domain/decision.ts';
import { PROFILE_VERSION } from './domain/profile.ts';
import { BUILT_IN_BLOCKS } from './domain/rules.ts';
import type { Subject } from './files/columns.ts';
import { FileEngine, type FileDecision } from './files/engine.ts';
import { PackedIndex, joinParts } from './files/packed-index.ts';
import { PartBuilder } from './files/packed-part.ts';

interface CandidateRow {
  candidate_id: string;
  name: string;
  website: string;
  country: string;
  true_account_id: string;
}

const rows = <T>(file: string): T[] => parse(readFileSync(new URL(`../../../tests/data/companies/${file}`, import.meta.url)), { columns: true }) as T[];
const INDEX = { workspaceId: 'w', connectionId: 'sf' };

let db: TestDatabase;
let index: PgAccountIndex;
let match: MatchCandidates;
let candidates: CandidateRow[];
const original = new Map(rows<{ account_id: string; duplicate_of: string }>('crm_duplicates.csv').map((r) => [r.account_id, r.duplicate_of]));
const companyOf = (accountId: string): string => original.get(accountId) ?? accountId;

interface LeadRow {
  lead_id: string;
  email: string;
  company: string;
  country: string;
  true_account_id: string;
}

const leadOf = (l: LeadRow): Candidate => ({ id: l.lead_id, name: l.company, website: '', country: l.country, lead: { email: l.email, accountId: '' } });
const candidateOf = (r: CandidateRow): Candidate => ({ id: r.candidate_id, name: r.name, website: r.website, country: r.country });

async function decideAll(list: CandidateRow[], batch: number): Promise<Decision[]> {
  const decisions: Decision[] = [];
  for (const part of chunk(list, batch)) decisions.push(...(await match.run(INDEX, part.map(candidateOf))));
  return decisions;
}

async function decideAsOneList(list: CandidateRow[], batch: number): Promise<Decision[]> {
  const decisions: Decision[] = [];
  const turns = await match.begin(INDEX.workspaceId);
  for (const part of chunk(list, batch)) decisions.push(...(await match.run(INDEX, part.map(candidateOf), turns)));
  return decisions;
}

beforeAll(async () => {
  db = await testDatabase({ migrations, schema: SCHEMA });
  index = new PgAccountIndex(db.database);
  match = new MatchCandidates(index, new PgLinks(db.database), new PgRules(db.database), new PgReviews(db.database), new PgDecisionLog(db.database), new PgStandings(db.database, new PgRelations(db.database)));
  candidates = rows<CandidateRow>('candidates.csv');
  let sequence = 0;
  for (const part of chunk(rows<{ account_id: string; name: string; website: string; country: string }>('crm_accounts.csv'), 500)) {
    sequence += part.length;
    await db.database.transaction((tx) => index.take(tx, INDEX, part.map(({ account_id: accountId, ...facts }) => ({ accountId, deleted: false, ...facts })), sequence));
  }
  while ((await index.writePending()) > 0);
  await index.recount();
});
afterAll(() => db?.close());

/** The engine that decides about files, over the same accounts. */
function fileEngine(subject: Subject = 'companies'): FileEngine {
  const part = new PartBuilder();
  for (const { account_id: id, ...facts } of rows<{ account_id: string; name: string; website: string; country: string }>('crm_accounts.csv')) part.add(id, facts);
  return new FileEngine(new PackedIndex(joinParts([part.finish()])), subject);
}

/** Where the two say something else; scores to nine digits. */
function differing(decisions: readonly Decision[], ofFiles: readonly FileDecision[]): unknown[] {
  const told = (d: { accountId: string; score: number; rule: string }, decision: string) => [decision, d.accountId, decision === 'new' ? '' : `${d.rule} ${d.score.toFixed(9)}`].join(' ');
  return decisions.flatMap((d, at) => {
    const ofFile = ofFiles[at] as FileDecision;
    return told(d, d.verdict) === told(ofFile, ofFile.decision) ? [] : [[d.candidateId, told(d, d.verdict), ofFile]];
  });
}

describe('matching real companies', () => {
  let decisions: Decision[];

  beforeAll(async () => {
    decisions = await decideAll(candidates, 1_000);
  }, 60_000);

  it('finds the right account for companies in the CRM, and calls the others new', () => {
    let right = 0;
    let wrong = 0;
    let foundNew = 0;
    for (const [at, decision] of decisions.entries()) {
      const truth = candidates[at]?.true_account_id ?? '';
      if (decision.verdict === 'match' && truth !== '' && companyOf(decision.accountId) === companyOf(truth)) right += 1;
      else if (decision.verdict === 'match') wrong += 1;
      if (decision.verdict === 'new' && truth === '') foundNew += 1;
    }
    const positives = candidates.filter((c) => c.true_account_id !== '').length;
    const precision = right / (right + wrong);
    const recall = right / positives;
    expect(precision).toBeGreaterThan(0.99);
    expect((2 * precision * recall) / (precision + recall)).toBeGreaterThan(0.985);
    expect(foundNew / (candidates.length - positives)).toBeGreaterThan(0.985);
  });

  it('decides as the engine for files does', () => {
    const engine = fileEngine();
    const ofFiles = candidates.map((c) => engine.decide([c.candidate_id, c.name, c.website, c.country]));
    expect(differing(decisions, ofFiles)).toEqual([]);
  });

  it('CLC-6 decides about leads as the engine for files does, and finds the account that they belong to', async () => {
    const leads = rows<LeadRow>('leads.csv').slice(0, 5_000);
    const engine = fileEngine('leads');
    const ofLeads: Decision[] = [];
    for (const part of chunk(leads, 1_000)) ofLeads.push(...(await match.run(INDEX, part.map(leadOf))));
    expect(differing(ofLeads, leads.map((l) => engine.decide([l.lead_id, l.email, l.company, l.country])))).toEqual([]);
    const matched = ofLeads.filter((d) => d.verdict === 'match').length;
    const right = ofLeads.filter((d, at) => d.verdict === 'match' && companyOf(d.accountId) === companyOf(leads[at]?.true_account_id ?? '')).length;
    const positives = leads.filter((l) => l.true_account_id !== '').length;
    expect(2 * right / (matched + positives)).toBeGreaterThan(0.988);
    expect(new Set(ofLeads.map((d) => d.duplicateOf))).toEqual(new Set(['']));
  });

  it('CLC-9 decides about leads the same in one stream, in another order and in other batches, whatever else is in the stream', async () => {
    const some = rows<LeadRow>('leads.csv').slice(0, 1_000).map(leadOf);
    const whole = new Map((await match.run(INDEX, some)).map((d) => [d.candidateId, d]));
    const turns = await match.begin(INDEX.workspaceId);
    const mixed = [...some].reverse().flatMap((lead, at) => [lead, candidateOf(candidates[at] as CandidateRow)]);
    const decisions: Decision[] = [];
    for (const part of chunk(mixed, 173)) decisions.push(...(await match.run(INDEX, part, turns)));
    expect(new Map(decisions.filter((_, at) => at % 2 === 0).map((d) => [d.candidateId, d]))).toEqual(whole);
  });

  it('decides each alone the same in another order and in other batches', async () => {
    const some = candidates.slice(0, 2_000);
    const byId = (decisions: Decision[]) => new Map(decisions.map((d) => [d.candidateId, d]));
    const whole = byId(await decideAll(some, 1_000));
    expect(byId(await decideAll([...some].reverse(), 173))).toEqual(whole);
    expect(byId(await decideAll(some.slice(0, 60), 1))).toEqual(new Map([...whole].slice(0, 60)));
  });

  it('CNA-7 finds the same duplicates within a list wherever its batches end, and none of them without the list', async () => {
    const some = candidates.slice(0, 4_000);
    const whole = await decideAsOneList(some, 1_000);
    expect(whole.filter((d) => d.duplicateOf !== '').length).toBeGreaterThan(0);
    expect(await decideAsOneList(some, 37)).toEqual(whole);
    expect(decisions.filter((d) => d.duplicateOf !== '')).toEqual([]);
  });

  it('CLC-9 never lets a tie-breaker choose between two companies: it is another account of the same one', async () => {
    // The one that would lose by its id is the oldest.
    await db.database.execute(`update index_accounts set created_at = timestamptz '2020-01-01' - number * interval '1 minute'`);
    const asked = [...candidates.slice(0, 2_000).map(candidateOf), ...rows<LeadRow>('leads.csv').slice(0, 2_000).map(leadOf)];
    const rules = { version: 1, builtIn: true, blocks: [...BUILT_IN_BLOCKS] };
    const settled: Decision[] = [];
    const plain: Decision[] = [];
    for (const part of chunk(asked, 1_000)) {
      plain.push(...(await match.run(INDEX, part, { rules })));
      settled.push(...(await match.run(INDEX, part, { rules: { ...rules, tieBreakers: ['oldest'] } })));
    }
    const others = settled.flatMap((d, at) => (d.accountId === plain[at]?.accountId ? [] : [[d.accountId, plain[at]?.accountId ?? '']]));
    expect(settled.map((d) => d.verdict)).toEqual(plain.map((d) => d.verdict));
    expect(others.length).toBeGreaterThan(20);
    expect(others.filter(([after = '', before = '']) => companyOf(after) !== companyOf(before))).toEqual([]);
  });

  it('works profiles of an older engine out anew, each once', async () => {
    const [before] = decisions;
    // As rows that an older version of the product has written stand there.
    await db.database.execute(`delete from index_keys where number in (select number from index_accounts where account_id < 'A000101')`);
    await db.database.execute(`update index_accounts set profile_version = $1, packed = '', keys = '{}', number = null, space = null, owner_id = 'ada' where account_id < 'A000101'`, [PROFILE_VERSION - 1]);
    await db.database.execute('update index_positions set engine = 0');
    expect(await index.position(INDEX)).toMatchObject({ sequence: 0 });
    await expect(decideAll(candidates.slice(0, 1), 1)).rejects.toMatchObject({ kind: 'Retryable', code: 'matching.index_renewing' });
    const renewed = [await index.renew(70), await index.renew(70), await index.renew(70)];
    expect(renewed).toEqual([70, 30, 0]);
    expect(await decideAll(candidates.slice(0, 1), 1)).toEqual([before]);
    expect((await index.one(INDEX, 'A000001'))?.profile.domain).toBe('fidelix.co.kr');
    // What tie-breakers go by is no part of a profile.
    expect((await new PgStandings(db.database, new PgRelations(db.database)).of(INDEX, ['A000001'], [])).get('A000001')).toMatchObject({ ownerId: 'ada' });
  });
});
