import { createFileRegistry, fromBinary, type DescEnum, type DescField, type DescMessage } from '@bufbuild/protobuf';
import { FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import { DESCRIPTOR_SET_BASE64 } from '@signalbox/contracts';

/** The contract as it was compiled: what the REST API's JSON looks like is read from it, and typed nowhere else. */
const registry = createFileRegistry(fromBinary(FileDescriptorSetSchema, Buffer.from(DESCRIPTOR_SET_BASE64, 'base64')));

export const TIMESTAMP = 'google.protobuf.Timestamp';
export const NAMED_COUNT = 'signalbox.types.v1.NamedCount';
export const PAGE_INFO = 'signalbox.types.v1.PageInfo';

/** A message type by its name without "signalbox.", e.g. 'segments.v1.Segment'. */
export function messageType(name: string): DescMessage {
  const found = registry.getMessage(`signalbox.${name}`);
  if (!found) throw new Error(`the contract has no message ${name}`);
  return found;
}

/** SEGMENT_KIND_DYNAMIC → 'dynamic' */
export const wordOf = (type: DescEnum, value: string): string | null => {
  const word = value.toLowerCase().slice(type.sharedPrefix?.length ?? 0);
  return word === 'unspecified' ? null : word;
};

/** 'dynamic' → SEGMENT_KIND_DYNAMIC */
export const valueOf = (type: DescEnum, word: string): string => `${type.sharedPrefix ?? ''}${word}`.toUpperCase();

export const wordsOf = (type: DescEnum): string[] => type.values.map((v) => wordOf(type, v.name)).filter((w) => w !== null);

/** The words of an enum by its name without "signalbox.", for a request's schema. */
export function enumWords(name: string): [string, ...string[]] {
  const found = registry.getEnum(`signalbox.${name}`);
  if (!found) throw new Error(`the contract has no enum ${name}`);
  return wordsOf(found) as [string, ...string[]];
}

/** A text field that holds JSON stands as JSON, without the ending: settings_json → settings. */
export const holdsJson = (field: DescField): boolean => field.fieldKind === 'scalar' && field.name.endsWith('_json');

/** Ids that are not set are null; the id of the thing itself always is. */
export const isReference = (field: DescField): boolean => field.fieldKind === 'scalar' && field.name.endsWith('_id');

export const keyOf = (field: DescField): string => (holdsJson(field) ? field.localName.slice(0, -'Json'.length) : field.localName);

/** The list of a response that is a page or a plain list. */
export function listFieldOf(type: DescMessage): DescField & { fieldKind: 'list' } {
  const list = type.fields.find((f) => f.fieldKind === 'list');
  if (!list || list.fieldKind !== 'list') throw new Error(`${type.typeName} has no list`);
  return list as DescField & { fieldKind: 'list' };
}

/** What the proto says about a message or a field, as text. */
export function commentOf(desc: DescMessage | DescField): string | undefined {
  const message = desc.kind === 'message' ? desc : desc.parent;
  const path = [4, message.file.messages.indexOf(message), ...(desc.kind === 'field' ? [2, message.fields.indexOf(desc)] : [])].join();
  const location = message.file.proto.sourceCodeInfo?.location.find((l) => l.path.join() === path);
  return location?.leadingComments.trim().replace(/\s*\n\s*/g, ' ') || undefined;
}
