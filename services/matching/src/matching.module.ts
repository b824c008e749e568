import { performance } from 'node:perf_hooks';
import { setImmediate as breathe } from 'node:timers/promises';
import type { ModuleMetadata } from '@nestjs/common';
import type { Database } from '@signalbox/platform-postgres';
import type { Broker, Subscription } from '@signalbox/platform-messaging';
import { OPERATIONS, addOutboxRelay, openBroker, openDatabase, operationsHandlers, type SharedParts } from '@signalbox/platform-service';
import { Counter, Gauge, Histogram, type Registry } from '@signalbox/platform-telemetry';
import { CompanyAccountsWorker, type ConnectionWork } from './adapters/company-accounts-worker.ts';
import { followCompanies, followCreations, followRecords, type ConsumerParts } from './adapters/events/consumers.ts';
import type { HandlerParts } from './adapters/grpc/handlers.ts';
import { PgAccountIndex } from './adapters/postgres/account-index.ts';
import { PgRelations } from './adapters/postgres/account-relations.ts';
import { PgStandings } from './adapters/postgres/account-standings.ts';
import { PgAccountSearch } from './adapters/postgres/account-search.ts';
import { PgLinks } from './adapters/postgres/company-links.ts';
import { PgCompanyFollows } from './adapters/postgres/company-follows.ts';
import { PgPairsAgain } from './adapters/postgres/pairs-told-again.ts';
import { QUESTIONS_CHANNEL } from './adapters/postgres/company-questions.ts';
import { PgDecisionLog } from './adapters/postgres/decision-log.ts';
import { SCHEMA, migrations } from './adapters/postgres/migrations.ts';
import { PENDING_CHANNEL } from './adapters/postgres/pending-keys.ts';
import { PgReviews } from './adapters/postgres/reviews.ts';
import { PgRules } from './adapters/postgres/rule-sets.ts';
import { IndexUpkeep } from './adapters/postgres/index-upkeep.ts';
import { ExplainMatch } from './application/explain-match.ts';
import { FindDuplicates } from './application/find-duplicates.ts';
import { KeepCompanyAccounts } from './application/keep-company-accounts.ts';
import { MatchCandidates } from './application/match-candidates.ts';
import { MatchRules } from './application/match-rules.ts';
import { AnswerReviews } from './application/review-queue.ts';
import { SimulateRules } from './application/simulate-rules.ts';
import { NAMED } from './domain/decide.ts';
import { AS_BEFORE } from './domain/standing-decision.ts';
import { MODEL_RULES } from './domain/verdict.ts';
import type { MatchingConfig } from './matching.config.ts';

export const HANDLER_PARTS = Symbol('HandlerParts');

function decisionMetrics(metrics: Registry): HandlerParts['onDecided'] {
  const decisions = new Counter({ name: 'signalbox_matching_decisions_total', help: 'Decisions by outcome and rule.', labelNames: ['decision', 'rule'] as const, registers: [metrics] });
  const batches = new Histogram({ name: 'signalbox_matching_batch_duration_seconds', help: 'Time to decide one batch of candidates.', buckets: [0.002, 0.01, 0.05, 0.2, 1, 5], registers: [metrics] });
  // A workspace's own block names would make a series each.
  const KNOWN = new Set(['strict', ...MODEL_RULES, 'link', AS_BEFORE, NAMED, '']);
  return (decided, seconds) => {
    for (const { verdict, rule, duplicateOf } of decided) decisions.inc({ decision: duplicateOf ? 'duplicate' : verdict, rule: KNOWN.has(rule) ? rule : 'own' });
    batches.observe(seconds);
  };
}

function addConsumers(shared: SharedParts, parts: ConsumerParts): void {
  const running: Subscription[] = [];
  shared.lifecycle.add({
    name: 'consumers',
    start: async () => {
      running.push(await followRecords(parts), await followCreations(parts), await followCompanies(parts));
    },
    stop: async () => {
      await Promise.all(running.map((subscription) => subscription.stop()));
    },
  });
}

/** Keeps which accounts the companies of followed connections are; gives what tells of them once more. */
function addCompanyAccounts(shared: SharedParts, database: Database, follows: PgCompanyFollows, match: MatchCandidates): PgPairsAgain {
  const registers = [shared.metrics];
  const decided = new Counter({ name: 'signalbox_matching_company_accounts_decided_total', help: 'Companies about whose accounts was decided, to keep them.', registers });
  new Gauge({
    name: 'signalbox_matching_company_accounts_pending', help: 'Companies about whose accounts is still to be decided.', registers,
    async collect() {
      this.set(await follows.countWaiting());
    },
  });
  const keeping = (stopping: () => boolean): KeepCompanyAccounts =>
    new KeepCompanyAccounts(follows, match, { monotonicMs: () => performance.now(), breathe: () => breathe(), stopping, onDecided: (companies) => decided.inc(companies) });
  addWorker(shared, database, 'company accounts', keeping);
  const again = new PgPairsAgain(database);
  addWorker(shared, database, 'company accounts again', () => again);
  return again;
}

function addWorker(shared: SharedParts, database: Database, name: string, work: (stopping: () => boolean) => ConnectionWork): void {
  const worker = new CompanyAccountsWorker(work, shared.logger, (wake) => database.listen(QUESTIONS_CHANNEL, wake));
  shared.lifecycle.add({ name, start: () => worker.start(), stop: () => worker.stop() });
}

/** Wires the service: database, broker, consumers, use cases. */
export async function matchingModule(shared: SharedParts, config: MatchingConfig): Promise<ModuleMetadata> {
  const database = await openDatabase(shared, config, { schema: SCHEMA, migrations });
  const broker: Broker = await openBroker(shared, config);
  const index = new PgAccountIndex(database);
  const links = new PgLinks(database);
  const relations = new PgRelations(database);
  const rules = new PgRules(database);
  const reviews = new PgReviews(database);
  const log = new PgDecisionLog(database);
  const follows = new PgCompanyFollows(database);
  addOutboxRelay(shared, database, broker);
  addConsumers(shared, { database, broker, logger: shared.logger, index, links, relations, log, follows });
  const upkeep = new IndexUpkeep(index, shared.logger, (wake) => database.listen(PENDING_CHANNEL, wake));
  shared.lifecycle.add({ name: 'index upkeep', start: () => upkeep.start(), stop: () => upkeep.stop() });
  const match = new MatchCandidates(index, links, rules, reviews, log, new PgStandings(database, relations));
  const again = addCompanyAccounts(shared, database, follows, match);
  const parts: HandlerParts = {
    match, index, links, relations, follows, again, explain: new ExplainMatch(match, index, rules), duplicates: new FindDuplicates(index, rules), rules: new MatchRules(rules), onDecided: decisionMetrics(shared.metrics),
    reviews, log, answers: new AnswerReviews(reviews), search: new PgAccountSearch(database), simulate: new SimulateRules(match, rules, log),
  };
  return { providers: [{ provide: HANDLER_PARTS, useValue: parts }, { provide: OPERATIONS, useValue: operationsHandlers(database, 'matching') }] };
}
