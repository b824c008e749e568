import type { ObjectType } from '../schema/schema-types.ts';
import type { CrmRecord, Values } from '../store/record.ts';

export interface RecordView {
  id: string;
  properties: Record<string, string | null>;
  createdAt: string;
  updatedAt: string;
  archived: boolean;
  archivedAt?: string;
}

export const iso = (ms: number): string => new Date(ms).toISOString();

/** What a read gives besides the properties that it names. */
const always = (type: ObjectType): string[] => ['createdate', type.modifiedProperty, 'hs_object_id'];

/** A record as reads answer it: asked-for properties that it does not have are null, unknown ones too. */
export function viewOf(type: ObjectType, record: CrmRecord, properties: readonly string[] | undefined, values: Values = record.values): RecordView {
  const wanted = properties && properties.length > 0 ? [...new Set([...always(type), ...properties])] : type.defaultProperties;
  return shape(record, Object.fromEntries(wanted.map((name) => [name, values[name] ?? null])), values[type.modifiedProperty]);
}

/** As writes answer it: all that it has. */
export const writtenView = (record: CrmRecord): RecordView => shape(record, { ...record.values });

function shape(record: CrmRecord, properties: Record<string, string | null>, modified?: string): RecordView {
  return {
    id: record.id, properties, createdAt: iso(record.createdAt), updatedAt: modified ?? iso(record.updatedAt), archived: record.archivedAt !== undefined,
    ...(record.archivedAt === undefined ? {} : { archivedAt: iso(record.archivedAt) }),
  };
}
