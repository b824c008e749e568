import type { ModuleMetadata } from '@nestjs/common';
import type { Broker, Subscription } from '@signalbox/platform-messaging';
import { OPERATIONS, addOutboxRelay, openBroker, openDatabase, operationsHandlers, type SharedParts } from '@signalbox/platform-service';
import { Counter, Histogram, type Registry } from '@signalbox/platform-telemetry';
import { followCreations, followRecords, type ConsumerParts } from './adapters/events/consumers.ts';
import type { HandlerParts } from './adapters/grpc/handlers.ts';
import { PgAccountIndex } from './adapters/postgres/account-index.ts';
import { PgRelations } from './adapters/postgres/account-relations.ts';
import { PgStandings } from './adapters/postgres/account-standings.ts';
import { PgAccountSearch } from './adapters/postgres/account-search.ts';
import { PgLinks } from './adapters/postgres/company-links.ts';
import { PgDecisionLog } from './adapters/postgres/decision-log.ts';
import { SCHEMA, migrations } from './adapters/postgres/migrations.ts';
import { PENDING_CHANNEL } from './adapters/postgres/pending-keys.ts';
import { PgReviews } from './adapters/postgres/reviews.ts';
import { PgRules } from './adapters/postgres/rule-sets.ts';
import { IndexUpkeep } from './adapters/postgres/index-upkeep.ts';
import { ExplainMatch } from './application/explain-match.ts';
import { FindDuplicates } from './application/find-duplicates.ts';
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
      running.push(await followRecords(parts), await followCreations(parts));
    },
    stop: async () => {
      await Promise.all(running.map((subscription) => subscription.stop()));
    },
  });
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
  // Sends nothing of its own, but replayed messages go through it.
  addOutboxRelay(shared, database, broker);
  addConsumers(shared, { database, broker, logger: shared.logger, index, links, relations, log });
  const upkeep = new IndexUpkeep(index, shared.logger, (wake) => database.listen(PENDING_CHANNEL, wake));
  shared.lifecycle.add({ name: 'index upkeep', start: () => upkeep.start(), stop: () => upkeep.stop() });
  const match = new MatchCandidates(index, links, rules, reviews, log, new PgStandings(database, relations));
  const parts: HandlerParts = {
    match, index, links, relations, explain: new ExplainMatch(match, index, rules), duplicates: new FindDuplicates(index, rules), rules: new MatchRules(rules), onDecided: decisionMetrics(shared.metrics),
    reviews, log, answers: new AnswerReviews(reviews), search: new PgAccountSearch(database), simulate: new SimulateRules(match, rules, log),
  };
  return { providers: [{ provide: HANDLER_PARTS, useValue: parts }, { provide: OPERATIONS, useValue: operationsHandlers(database, 'matching') }] };
}
