import type { DescField, DescMessage } from '@bufbuild/protobuf';
import { TIMESTAMP, holdsJson, keyOf, messageType, valueOf } from './contract.ts';

type Values = Record<string, unknown>;

function single(field: DescField, value: unknown): unknown {
  if (field.fieldKind === 'enum') return valueOf(field.enum, String(value));
  if (field.fieldKind === 'message') return field.message.typeName === TIMESTAMP ? new Date(String(value)) : messageFrom(field.message, value as Values);
  return holdsJson(field) ? JSON.stringify(value) : value;
}

function list(field: DescField & { fieldKind: 'list' }, values: unknown[]): unknown[] {
  if (field.listKind === 'enum') return values.map((v) => valueOf(field.enum, String(v)));
  return field.listKind === 'message' ? values.map((v) => messageFrom(field.message, v as Values)) : values;
}

function messageFrom(type: DescMessage, json: Values): Values {
  const out: Values = {};
  for (const field of type.fields) {
    const value = json[keyOf(field)];
    if (value === undefined || value === null) continue;
    const taken = field.fieldKind === 'list' ? list(field as DescField & { fieldKind: 'list' }, value as unknown[]) : single(field, value);
    if (field.oneof) out[field.oneof.localName] = { $case: field.localName, [field.localName]: taken };
    else out[field.localName] = taken;
  }
  return out;
}

/** JSON of the REST API, checked by its schema before, as a message of the contract: the reverse of `toJson`. */
export function fromJson<T>(name: string, json: object): T {
  return messageFrom(messageType(name), json as Values) as T;
}
