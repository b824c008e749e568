import type { Broker, Subscription } from '@signalbox/platform-messaging';
import type { Database } from '@signalbox/platform-postgres';
import type { SharedParts } from '@signalbox/platform-service';
import { followAccounts, followOpportunities, type ConsumerParts } from './adapters/events/crm-consumers.ts';
import { CrmServices } from './adapters/grpc/crm-services.ts';
import { PgCrmFacts } from './adapters/postgres/crm-facts.ts';
import { FOLLOW_CHANNEL, PgFollows } from './adapters/postgres/crm-follows.ts';
import { pause } from './adapters/timers.ts';
import { CrmFollower } from './application/follow-crm.ts';
import { createCrmMeasures } from './measures.ts';
import type { SegmentsConfig } from './segments.config.ts';

const LOOK_MS = 2_000;

function addConsumers(shared: SharedParts, parts: ConsumerParts): void {
  const running: Subscription[] = [];
  shared.lifecycle.add({
    name: 'crm consumers',
    start: async () => {
      running.push(await followOpportunities(parts), await followAccounts(parts));
    },
    stop: async () => {
      await Promise.all(running.map((subscription) => subscription.stop()));
    },
  });
}

/** What the CRMs' records say of companies: told by their topics, and asked for where rules go by it. */
export function addCrm(shared: SharedParts, config: SegmentsConfig, database: Database, broker: Broker): void {
  createCrmMeasures(shared.metrics, database, broker);
  addConsumers(shared, { database, broker, logger: shared.logger, facts: new PgCrmFacts() });
  const services = new CrmServices(config, shared.tokens);
  const follower = new CrmFollower(new PgFollows(database), services, {
    everyMs: LOOK_MS, pause, random: Math.random,
    onProblem: (key, error) => shared.logger.warn({ err: error, ...key }, 'A CRM that segments go by could not be followed; it is tried again.'),
  });
  let stopListening: () => Promise<void> = async () => undefined;
  shared.lifecycle.add({
    name: 'crm follower',
    async start() {
      stopListening = await database.listen(FOLLOW_CHANNEL, () => follower.notify());
      follower.start();
    },
    async stop() {
      await stopListening();
      await follower.stop();
      services.close();
    },
  });
}
