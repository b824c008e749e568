import { ScalarType, type DescField, type DescMessage } from '@bufbuild/protobuf';
import { NAMED_COUNT, TIMESTAMP, commentOf, holdsJson, isReference, keyOf, listFieldOf, messageType, wordsOf } from './contract.ts';

export type JsonSchema = Record<string, unknown>;

const TEXT = new Set([ScalarType.STRING, ScalarType.BYTES]);
const FRACTIONS = new Set([ScalarType.DOUBLE, ScalarType.FLOAT]);
const COUNTS: JsonSchema = { type: 'object', additionalProperties: { type: 'integer' }, description: 'Counts by name.' };
const orNull = (schema: JsonSchema): JsonSchema => ('$ref' in schema ? { anyOf: [schema, { type: 'null' }] } : { ...schema, type: [schema['type'], 'null'].flat() });
const shortName = (type: DescMessage) => type.name;
export const refTo = (name: string): JsonSchema => ({ $ref: `#/components/schemas/${name}` });

/** Schemas of the contract's messages as the REST API shows them, collected as they are used. */
export class ContractSchemas {
  readonly schemas: Record<string, JsonSchema> = {};
  private readonly sources: Record<string, string> = {};

  /** A reference to a message, by its name without "signalbox.". */
  message(name: string): JsonSchema {
    return this.reference(messageType(name));
  }

  /** The page of a list response. */
  page(name: string): JsonSchema {
    const field = listFieldOf(messageType(name));
    const items = this.list(field)['items'];
    return {
      type: 'object', required: ['items', 'nextCursor', 'total'],
      properties: { items: { type: 'array', items }, nextCursor: { type: ['string', 'null'], description: 'Send it as ?cursor= for the next page; null on the last.' }, total: { type: ['integer', 'null'], description: 'How many there are in all; null where that is not cheaply known.' } },
    };
  }

  private reference(type: DescMessage): JsonSchema {
    const name = shortName(type);
    if (this.sources[name] && this.sources[name] !== type.typeName) throw new Error(`two messages are called ${name}: ${this.sources[name]} and ${type.typeName}`);
    if (!this.sources[name]) {
      // Noted before its fields, since a message may hold itself.
      this.sources[name] = type.typeName;
      this.schemas[name] = this.object(type);
    }
    return refTo(name);
  }

  private object(type: DescMessage): JsonSchema {
    const properties: Record<string, JsonSchema> = {};
    for (const field of type.fields) properties[keyOf(field)] = { ...this.field(field), ...describe(field) };
    const required = type.fields.filter((f) => !f.oneof).map(keyOf);
    return { type: 'object', ...describe(type), properties, ...(required.length > 0 ? { required } : { minProperties: 1, maxProperties: 1 }) };
  }

  private field(field: DescField): JsonSchema {
    if (field.fieldKind === 'list') return this.list(field as DescField & { fieldKind: 'list' });
    if (field.fieldKind === 'map') return { type: 'object', additionalProperties: { type: 'string' } };
    if (field.fieldKind === 'enum') return { type: ['string', 'null'], enum: [...wordsOf(field.enum), null] };
    if (field.fieldKind === 'message') {
      if (field.message.typeName === TIMESTAMP) return { type: ['string', 'null'], format: 'date-time' };
      return field.oneof ? this.reference(field.message) : orNull(this.reference(field.message));
    }
    if (holdsJson(field)) return { type: 'object', additionalProperties: true };
    const plain = scalar(field.scalar);
    return isReference(field) || field.proto.proto3Optional ? orNull(plain) : plain;
  }

  private list(field: DescField & { fieldKind: 'list' }): JsonSchema {
    if (field.listKind === 'enum') return { type: 'array', items: { type: 'string', enum: wordsOf(field.enum) } };
    if (field.listKind === 'scalar') return { type: 'array', items: scalar(field.scalar) };
    return field.message.typeName === NAMED_COUNT ? COUNTS : { type: 'array', items: this.reference(field.message) };
  }
}

function scalar(type: ScalarType): JsonSchema {
  if (TEXT.has(type)) return { type: 'string' };
  if (type === ScalarType.BOOL) return { type: 'boolean' };
  return { type: FRACTIONS.has(type) ? 'number' : 'integer' };
}

function describe(desc: DescMessage | DescField): JsonSchema {
  const description = commentOf(desc);
  return description ? { description } : {};
}
