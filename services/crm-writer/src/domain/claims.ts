import type { Change, ChangeBatch } from './changes.ts';

/** The object that a conversion merges a lead into. */
const CONTACT = 'Contact';

function claimsFor(batch: ChangeBatch, { crmId, companyId, conversion }: Change): string[] {
  const record = crmId === '' ? [] : [`${batch.object} ${crmId}`];
  const company = companyId === '' ? [] : [`${batch.object} of ${companyId}`];
  switch (batch.operation) {
    case 'create': return company;
    case 'update': return record;
    case 'delete': return [...record, ...company];
    case 'convert': return conversion?.contactId ? [...record, `${CONTACT} ${conversion.contactId}`] : record;
  }
}

/**
 * What no other batch may be writing while this one does: the records by their CRM ids; for those that are yet to be created, the
 * companies, of which two runs would make two records, or one make what the other takes back. Each once.
 */
export const claimsOf = (batch: ChangeBatch): string[] => [...new Set(batch.changes.flatMap((change) => claimsFor(batch, change)))];
