import { objectOf, type RemoteRecord } from '@signalbox/connectors-sdk';
import { salesforceManifest } from '../manifest.ts';
import { canBeDeleted } from '../objects.ts';

export type SalesforceRow = Record<string, unknown> & { Id: string };

/** Salesforce writes +0000 where ISO 8601 wants Z. */
export const parseStamp = (text: unknown): Date => new Date(String(text ?? 0).replace(/\+0000$/, 'Z'));

export function toRemoteRecord(object: string, row: SalesforceRow, asked: readonly string[]): RemoteRecord {
  const fields: Record<string, string> = {};
  for (const field of asked) {
    const value = row[field];
    if (value === null || value === undefined || typeof value === 'object') continue;
    fields[field] = String(value);
  }
  const identity = objectOf(salesforceManifest, object)?.identity;
  const text = (field: string | undefined) => (field && typeof row[field] === 'string' ? (row[field] as string) : '');
  return {
    id: row.Id,
    deleted: row['IsDeleted'] === true,
    name: text(identity?.name), website: text(identity?.website), country: text(identity?.country),
    fields,
    modifiedAt: parseStamp(row['SystemModstamp']),
  };
}

/** Columns to select for these fields, each once, with those that a record is made of besides. */
export function columnsFor(object: string, fields: readonly string[]): string[] {
  const identity = objectOf(salesforceManifest, object)?.identity;
  const own = ['Id', ...(canBeDeleted(object) ? ['IsDeleted'] : []), 'SystemModstamp'];
  return [...new Set([...own, ...(identity ? [identity.name, identity.website, identity.country] : []), ...fields])].filter((column) => column !== '');
}
