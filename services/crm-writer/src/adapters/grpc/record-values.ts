import { connectorFor } from '@signalbox/connectors-registry';
import { objectOf } from '@signalbox/connectors-sdk';
import type { crmWriter } from '@signalbox/contracts';
import { conflict } from '@signalbox/kernel';
import type { Connection } from '../../domain/connection.ts';
import { target, type Context, type HandlerParts } from './handlers.ts';

const madeAt = (connection: Connection, object: string): string | undefined => objectOf(connectorFor(connection.provider).manifest, object)?.standing?.createdAt;

/** @throws Conflict `crm_writer.field_not_mirrored` where the mirror does not keep the field, which would look empty everywhere */
export async function* recordValues(parts: HandlerParts, request: crmWriter.StreamRecordValuesRequest, context: Context): AsyncGenerator<crmWriter.StreamRecordValuesResponse> {
  const { connection, key } = await target(parts, context, request);
  const { fields, records: expected } = await parts.mirror.status(key);
  if (!fields.includes(request.field)) throw conflict('crm_writer.field_not_mirrored', `The mirror of ${connection.name} does not keep the field '${request.field}' of ${key.object}. Pull the object with this field first.`, { field: 'field' });
  yield { expected, records: [] };
  for await (const records of parts.mirror.values(key, request.field, madeAt(connection, key.object))) yield { expected: 0, records };
}

export async function countRecords(parts: HandlerParts, request: crmWriter.CountRecordsRequest, context: Context): Promise<crmWriter.CountRecordsResponse> {
  const { connection, key } = await target(parts, context, request);
  const { records, pulledAt } = await parts.mirror.status(key);
  const made = madeAt(connection, key.object);
  const created = made === undefined || request.createdSince.length === 0 ? request.createdSince.map(() => 0) : await parts.mirror.createdSince(key, made, request.createdSince);
  return { records, created, pulledAt: pulledAt ?? undefined };
}
