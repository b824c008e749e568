import { badUrl, payloadError } from '../errors.ts';
import { jsonBody, type DvRequest, type Reply } from '../http/request.ts';
import { needRow, readReference, type RowKey } from '../records/keys.ts';
import { createRow, patchRow, readPayload, updateRow, type Written } from '../records/write.ts';
import type { EntityDef } from '../schema/schema-types.ts';
import { entityOf, writeOptions } from './rows.ts';

function targetsOf(request: DvRequest, def: EntityDef): Record<string, unknown>[] {
  const targets = (jsonBody(request) as { Targets?: unknown })?.Targets;
  if (!Array.isArray(targets) || targets.length === 0) throw badUrl("The parameter 'Targets' must hold at least one entity.");
  for (const target of targets as Record<string, unknown>[]) {
    const type = String(target?.['@odata.type'] ?? '').replace(/^#/, '');
    if (type !== `Microsoft.Dynamics.CRM.${def.name}`) throw payloadError(def.set, `A type named '${type}' could not be resolved by the model. Every entity of Targets needs '@odata.type' 'Microsoft.Dynamics.CRM.${def.name}'.`);
  }
  return targets as Record<string, unknown>[];
}

/** Everything or nothing: the first refused row takes back all that were written before it. */
function together(request: DvRequest, write: (def: EntityDef, target: Record<string, unknown>) => Written): Written[] {
  const { env } = request;
  const def = entityOf(request, request.segments[0]!.name);
  const targets = targetsOf(request, def);
  const { rows } = env.ledger;
  try {
    const written = env.store.transaction(() => targets.map((target) => write(def, target)));
    const created = written.filter((w) => w.created).length;
    rows.created += created;
    rows.updated += written.length - created;
    return written;
  } catch (error) {
    rows.failed += targets.length;
    throw error;
  }
}

export function createMultiple(request: DvRequest): Reply {
  const options = writeOptions(request);
  const written = together(request, (def, target) => createRow(request.env, def, readPayload(request.env, def, target), options));
  return { status: 200, body: { '@odata.context': `${request.root}$metadata#Microsoft.Dynamics.CRM.CreateMultipleResponse`, Ids: written.map((w) => w.row.id) } };
}

/** The row that a target means: by its primary id, or by `@odata.id` with an id or an alternate key. */
function keyOfTarget(request: DvRequest, def: EntityDef, target: Record<string, unknown>): RowKey | undefined {
  const id = target[def.primaryId];
  if (typeof id === 'string') return { id: id.toLowerCase() };
  return target['@odata.id'] === undefined ? undefined : readReference(request.env, target['@odata.id']).key;
}

export function updateMultiple(request: DvRequest): Reply {
  const { env } = request;
  const options = { ...writeOptions(request), ifMatch: undefined, ifNoneMatch: undefined };
  together(request, (def, target) => {
    const key = keyOfTarget(request, def, target);
    if (!key) throw payloadError(def.set, `Every entity of Targets needs '${def.primaryId}' or '@odata.id'.`);
    return updateRow(env, def, needRow(env, def, key), readPayload(env, def, target), options);
  });
  return { status: 204 };
}

export function upsertMultiple(request: DvRequest): Reply {
  const { env } = request;
  const options = { ...writeOptions(request), ifMatch: undefined, ifNoneMatch: undefined };
  together(request, (def, target) => {
    const key = keyOfTarget(request, def, target);
    const values = readPayload(env, def, target);
    return key ? patchRow(env, def, key, values, options) : createRow(env, def, values, options);
  });
  return { status: 204 };
}
