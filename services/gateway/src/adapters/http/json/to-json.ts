import type { DescField, DescMessage } from '@bufbuild/protobuf';
import { NAMED_COUNT, TIMESTAMP, holdsJson, isReference, keyOf, listFieldOf, messageType, wordOf } from './contract.ts';

type Values = Record<string, unknown>;

function single(field: DescField & ({ fieldKind: 'scalar' } | { fieldKind: 'enum' } | { fieldKind: 'message' }), value: unknown): unknown {
  if (value === undefined || value === null) return null;
  if (field.fieldKind === 'enum') return wordOf(field.enum, String(value));
  if (field.fieldKind === 'message') return field.message.typeName === TIMESTAMP ? (value as Date).toISOString() : messageJson(field.message, value as Values);
  if (holdsJson(field)) return value === '' ? {} : JSON.parse(String(value));
  if (isReference(field) && value === '') return null;
  return value;
}

function list(field: DescField & { fieldKind: 'list' }, values: unknown[]): unknown {
  if (field.listKind === 'enum') return values.map((v) => wordOf(field.enum, String(v)));
  if (field.listKind !== 'message') return values;
  if (field.message.typeName === NAMED_COUNT) return Object.fromEntries((values as { name: string; count: number }[]).map((v) => [v.name, v.count]));
  return values.map((v) => messageJson(field.message, v as Values));
}

/** A oneof shows as the one field that is set: { group: … }. */
function oneofs(type: DescMessage, message: Values): Values {
  const out: Values = {};
  for (const oneof of type.oneofs) {
    const chosen = message[oneof.localName] as (Values & { $case: string }) | undefined;
    const field = chosen && oneof.fields.find((f) => f.localName === chosen.$case);
    if (field) out[keyOf(field)] = single(field as never, chosen[chosen.$case]);
  }
  return out;
}

function messageJson(type: DescMessage, message: Values): Values {
  const out: Values = oneofs(type, message);
  for (const field of type.fields) {
    // A proto3 `optional` counts as no oneof here.
    if (field.oneof) continue;
    const value = message[field.localName];
    if (field.fieldKind === 'list') out[keyOf(field)] = list(field as DescField & { fieldKind: 'list' }, (value ?? []) as unknown[]);
    else if (field.fieldKind === 'map') out[keyOf(field)] = value ?? {};
    else out[keyOf(field)] = single(field as never, value);
  }
  return out;
}

/** A message of the contract as the REST API shows it: camelCase, short enum words, ISO times, null for what is not set. */
export function toJson(name: string, message: object): Values {
  return messageJson(messageType(name), message as Values);
}

export interface PageJson {
  items: unknown[];
  /** Null on the last page. */
  nextCursor: string | null;
  /** How many there are in all; null where that is not cheaply known. */
  total: number | null;
}

/** The answer to a list call as a page; a list without pages is a page with everything. */
export function toPage(name: string, response: object): PageJson {
  const type = messageType(name);
  const field = listFieldOf(type);
  const items = list(field, ((response as Values)[field.localName] ?? []) as unknown[]) as unknown[];
  if (!type.fields.some((f) => f.name === 'page')) return { items, nextCursor: null, total: items.length };
  const page = (response as { page?: { nextCursor: string; total: number } }).page;
  const total = page && page.total >= items.length ? page.total : null;
  return { items, nextCursor: page?.nextCursor || null, total };
}
