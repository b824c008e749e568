import { TOPICS, crmWriter } from '@signalbox/contracts';
import { consume, type Broker, type Subscription } from '@signalbox/platform-messaging';
import type { Database } from '@signalbox/platform-postgres';
import type { Logger } from '@signalbox/platform-telemetry';
import { COUNTED_OBJECTS, type CountedObject, type Standing } from '../../domain/tie-breakers.ts';
import type { PgAccountIndex } from '../postgres/account-index.ts';
import type { PgRelations, RelatedRecord } from '../postgres/account-relations.ts';
import type { PgLinks } from '../postgres/company-links.ts';
import type { PgCompanyFollows } from '../postgres/company-follows.ts';
import type { PgDecisionLog } from '../postgres/decision-log.ts';
import { takeCompanies } from '../postgres/known-companies.ts';

export interface ConsumerParts {
  database: Database;
  broker: Broker;
  logger: Logger;
  index: PgAccountIndex;
  links: PgLinks;
  relations: PgRelations;
  log: PgDecisionLog;
  follows: PgCompanyFollows;
}

const isAccount = (object: string): boolean => object.toLowerCase() === 'account';
const { ChangeOutcome } = crmWriter;

/** What the CRM says of an account besides its name; what it does not say is left out. */
const standingOf = ({ createdAt, lastActivityAt, ownerId }: crmWriter.CrmRecord): Standing => ({
  ...(createdAt ? { createdAt: createdAt.getTime() } : {}), ...(lastActivityAt ? { lastActivityAt: lastActivityAt.getTime() } : {}), ...(ownerId ? { ownerId } : {}),
});

const countedObject = (object: string): CountedObject | undefined => COUNTED_OBJECTS.find((one) => one.toLowerCase() === object.toLowerCase());

/** Of opportunities only open ones count. */
function relatedOf(object: CountedObject, { crmId, deleted, accountId, progress }: crmWriter.CrmRecord): RelatedRecord {
  const counts = !deleted && (object !== 'Opportunity' || progress === crmWriter.Progress.OPEN);
  return { recordId: crmId, accountId: counts ? accountId : '' };
}

/** What other writes than creations come to. */
const NO_CREATIONS = new Set(['updated', 'deleted', 'converted']);

/** True when we made the record, now or in an earlier run. A creation has nothing to keep of before; of other writes the `code` says what they were. */
function isCreation(result: crmWriter.ChangeResult): boolean {
  if (result.companyId === '' || result.crmId === '') return false;
  if (result.outcome === ChangeOutcome.SKIPPED) return result.code === 'created_before';
  const written = result.outcome === ChangeOutcome.SUCCEEDED || result.outcome === ChangeOutcome.UNKNOWN_THEN_SETTLED;
  return written && result.beforeImage.length === 0 && !NO_CREATIONS.has(result.code);
}

/** Follows the mirror of every connection, in its order. */
export function followRecords({ database, broker, logger, index, links, relations, log, follows }: ConsumerParts): Promise<Subscription> {
  return consume({
    database, broker, logger, group: 'matching.index', topic: TOPICS.crmRecordsChanged,
    async handle(message, { tx }) {
      const { workspaceId, connectionId } = message;
      if (message.connectionRemoved) {
        await index.remove(tx, { workspaceId, connectionId });
        await links.remove(tx, { workspaceId, connectionId });
        await relations.remove(tx, { workspaceId, connectionId });
        await follows.remove(tx, { workspaceId, connectionId });
        await log.remove(tx, { workspaceId, connectionId });
        return;
      }
      const counted = countedObject(message.object);
      if (counted) await relations.take(tx, { workspaceId, connectionId }, counted, message.records.map((r) => relatedOf(counted, r)), message.sequence);
      if (!isAccount(message.object)) return;
      const changes = message.records.map((r) => ({ accountId: r.crmId, deleted: r.deleted, name: r.name, website: r.website, country: r.country, standing: standingOf(r) }));
      await index.take(tx, { workspaceId, connectionId }, changes, message.sequence);
    },
  });
}

/** Links companies to the accounts that were created for them (CNA-10). */
export function followCreations({ database, broker, logger, links }: ConsumerParts): Promise<Subscription> {
  return consume({
    database, broker, logger, group: 'matching.links', topic: TOPICS.changeBatchCompleted,
    async handle(message, { tx }) {
      if (!isAccount(message.object)) return;
      const created = message.results.filter(isCreation).map((r) => ({ companyId: r.companyId, accountId: r.crmId, origin: 'created' }));
      await links.add(tx, { workspaceId: message.workspaceId, connectionId: message.connectionId }, created);
    },
  });
}

/** Knows the workspace's companies. */
export function followCompanies({ database, broker, logger }: ConsumerParts): Promise<Subscription> {
  return consume({ database, broker, logger, group: 'matching.companies', topic: TOPICS.companiesChanged, handle: (message, { tx }) => takeCompanies(tx, message) });
}
