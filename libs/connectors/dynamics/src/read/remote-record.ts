import type { RemoteRecord } from '@signalbox/connectors-sdk';
import type { Table } from '../objects.ts';
import type { DynamicsField } from './describe.ts';
import { name as checked } from './odata.ts';

export type DynamicsRow = Record<string, unknown>;
export type Fields = ReadonlyMap<string, DynamicsField>;

/** A choice is read as its label, which is also how it is written; a label that two choices have would not tell them apart, so then it is the number. */
function textOf(value: string | number | boolean, field: DynamicsField | undefined): string {
  if (!field || field.choices.length === 0) return String(value);
  const one = (part: string) => {
    const choice = field.choices.find((c) => String(c.value) === part);
    return choice && field.choices.filter((c) => c.label === choice.label).length === 1 ? choice.label : part;
  };
  return String(value).split(',').map(one).join(';');
}

export function toRemoteRecord(table: Table, row: DynamicsRow, asked: readonly string[], known: Fields): RemoteRecord {
  const fields: Record<string, string> = {};
  for (const name of asked) {
    const value = row[known.get(name)?.property ?? name];
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') fields[name] = textOf(value, known.get(name));
  }
  const { identity } = table;
  const text = (field: string) => (typeof row[field] === 'string' ? row[field] : '');
  return {
    id: String(row[table.primaryId] ?? ''), deleted: false, name: text(identity.name), website: text(identity.website), country: text(identity.country), fields,
    modifiedAt: new Date(String(row['modifiedon'] ?? 0)),
  };
}

export const deletedRecord = (id: string, at: Date): RemoteRecord => ({ id, deleted: true, name: '', website: '', country: '', fields: {}, modifiedAt: at });

/** Properties to select for these columns, each once. */
export function propertiesFor({ primaryId, identity }: Table, asked: readonly string[], known: Fields): string[] {
  const own = [primaryId, 'modifiedon', identity.name, identity.website, identity.country].filter((property) => property !== '');
  return [...new Set([...own, ...asked.map((name) => known.get(name)?.property ?? name)].map(checked))];
}
