import { crmWriter, TOPICS } from '@signalbox/contracts';
import { consume, type Broker, type Subscription } from '@signalbox/platform-messaging';
import type { Database } from '@signalbox/platform-postgres';
import type { Logger } from '@signalbox/platform-telemetry';
import type { ChangedOpportunity, CrmFacts } from '../../application/crm-ports.ts';
import type { Progress } from '../../domain/rules/crm-conditions.ts';

export interface ConsumerParts {
  database: Database;
  broker: Broker;
  logger: Logger;
  facts: CrmFacts;
}

export const OPPORTUNITIES_GROUP = 'segments.opportunities';
export const ACCOUNTS_GROUP = 'segments.accounts';

const PROGRESS: Partial<Record<crmWriter.Progress, Progress>> = {
  [crmWriter.Progress.OPEN]: 'open', [crmWriter.Progress.WON]: 'won', [crmWriter.Progress.LOST]: 'lost',
};

function opportunityOf({ crmId, deleted, accountId, progress }: crmWriter.CrmRecord): ChangedOpportunity {
  const how = deleted || accountId === '' ? undefined : PROGRESS[progress];
  return how ? { recordId: crmId, accountId, progress: how } : { recordId: crmId, accountId: '', progress: '' };
}

/** The connector of every CRM calls them so; those that say how far they have come are some, whatever they are called. */
const areOpportunities = ({ object, records }: crmWriter.CrmRecordsChanged) => object === 'Opportunity' || records.some((record) => PROGRESS[record.progress]);

/** Follows the mirror of every connection, in its order. */
export function followOpportunities({ facts, ...parts }: ConsumerParts): Promise<Subscription> {
  return consume({
    ...parts, group: OPPORTUNITIES_GROUP, topic: TOPICS.crmRecordsChanged,
    async handle(message, { tx }) {
      if (message.connectionRemoved) return facts.remove(tx, message);
      if (areOpportunities(message)) await facts.takeOpportunities(tx, message, message.records.map(opportunityOf), message.sequence);
    },
  });
}

/** Follows which accounts of the CRM the companies are. */
export function followAccounts({ facts, ...parts }: ConsumerParts): Promise<Subscription> {
  return consume({
    ...parts, group: ACCOUNTS_GROUP, topic: TOPICS.companyAccountsChanged,
    handle: (message, { tx }) => (message.connectionRemoved ? facts.remove(tx, message) : facts.takeAccounts(tx, message, message.companies, message.sequence)),
  });
}
