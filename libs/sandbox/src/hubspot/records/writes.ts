import type { Account } from '../account.ts';
import { HsError, invalidProperties, validation, type PropertyProblem } from '../errors.ts';
import type { ObjectType, PropertyDef } from '../schema/schema-types.ts';
import type { CrmRecord, Values } from '../store/record.ts';
import { convertValue } from './values.ts';

/** A write that was judged and is not done yet: a batch that fails as a whole has done nothing. */
export interface Prepared {
  type: ObjectType;
  /** Undefined for a creation. */
  record: CrmRecord | undefined;
  values: Values;
}

/** Names of which a creation needs one (object guides: required properties); deals need all of theirs. */
const REQUIRED: Record<string, { names: string[]; all: boolean }> = {
  companies: { names: ['name', 'domain'], all: false }, contacts: { names: ['email', 'firstname', 'lastname'], all: false }, deals: { names: ['dealname', 'dealstage'], all: true },
};

/**
 * Judges the properties of one input.
 * @throws HsError 400, or 409 for a contact whose email is taken
 */
export function prepare(account: Account, type: ObjectType, record: CrmRecord | undefined, raw: unknown): Prepared {
  if (raw !== undefined && (typeof raw !== 'object' || raw === null || Array.isArray(raw))) throw validation('Invalid input JSON: properties must be an object of property names and values.');
  const values = convert(account, type, record, (raw ?? {}) as Record<string, unknown>);
  if (type.name === 'deals') deriveStage(account, record, values);
  if (!record) checkRequired(type, values);
  checkUnique(account, type, record, values);
  checkFaults(account, type, { ...record?.values, ...values });
  return { type, record, values };
}

export function carryOut(account: Account, { type, record, values }: Prepared): CrmRecord {
  const store = account.store(type);
  if (!record) {
    account.ledger.rows.created++;
    return store.insert({ hs_object_source: 'INTEGRATION', ...Object.fromEntries(Object.entries(values).filter(([, v]) => v !== '')) });
  }
  account.ledger.rows.updated++;
  store.update(record, values);
  return record;
}

function convert(account: Account, type: ObjectType, record: CrmRecord | undefined, raw: Record<string, unknown>): Values {
  const properties = account.schema.of(type);
  const problems: PropertyProblem[] = [];
  const values: Values = {};
  for (const [given, value] of Object.entries(raw)) {
    const def = properties.find(given);
    if (!def) {
      problems.push({ name: given, error: 'PROPERTY_DOESNT_EXIST', message: `Property "${given}" does not exist` });
      continue;
    }
    if (def.readOnly) {
      problems.push({ name: given, error: 'READ_ONLY_VALUE', message: `"${given}" is a read only property; its value cannot be set.` });
      continue;
    }
    const converted = convertValue(def, value, record?.values[def.name], optionsOf(account, def));
    if ('problem' in converted) problems.push(converted.problem);
    else values[def.name] = converted.value;
  }
  if (problems.length > 0) throw invalidProperties(problems, account.portalId);
  return values;
}

function optionsOf(account: Account, def: PropertyDef): string[] | undefined {
  if (def.ownerOptions) return account.owners.ids();
  if (def.name === 'pipeline' && def.options.length === 0) return account.pipelines.all.map((p) => p.id);
  if (def.name === 'dealstage' && def.options.length === 0) return account.pipelines.all.flatMap((p) => p.stages.map((s) => s.id));
  return undefined;
}

/** A stage says whether the deal is closed, won or lost, and has to be one of its pipeline's. */
function deriveStage(account: Account, record: CrmRecord | undefined, values: Values): void {
  const stageId = values['dealstage'] ?? (values['pipeline'] ? record?.values['dealstage'] : undefined);
  if (!stageId) return;
  const found = account.pipelines.stage(stageId);
  const pipeline = values['pipeline'] ?? record?.values['pipeline'] ?? 'default';
  if (!found || found.pipeline.id !== pipeline) {
    const allowed = account.pipelines.find(pipeline)?.stages.map((s) => s.id) ?? [];
    throw invalidProperties([{ name: 'dealstage', error: 'INVALID_OPTION', message: `${stageId} was not one of the allowed options: [${allowed.join(', ')}]` }], account.portalId);
  }
  const { isClosed, probability } = found.stage;
  Object.assign(values, {
    pipeline, dealstage: stageId, hs_is_closed: String(isClosed), hs_is_closed_won: String(isClosed && probability === 1), hs_is_closed_lost: String(isClosed && probability === 0),
  });
}

function checkRequired(type: ObjectType, values: Values): void {
  const { names, all } = REQUIRED[type.name]!;
  const missing = names.filter((name) => !values[name]);
  if (missing.length === 0 || (!all && missing.length < names.length)) return;
  throw validation(`Error creating ${type.legacyName}. Some required properties were not set.`, {
    errors: [{ message: `Error creating ${type.legacyName}. Some required properties were not set.`, code: 'REQUIRED_FIELD', context: { properties: missing } }], context: { properties: missing },
  });
}

function checkUnique(account: Account, type: ObjectType, record: CrmRecord | undefined, values: Values): void {
  const properties = account.schema.of(type);
  for (const [name, value] of Object.entries(values)) {
    if (!value || !properties.isUnique(name)) continue;
    const holder = account.store(type).byUnique(name, value);
    if (holder && holder !== record) throw taken(account, type, record, { name, value, holder });
  }
}

function taken(account: Account, type: ObjectType, record: CrmRecord | undefined, { name, value, holder }: { name: string; value: string; holder: CrmRecord }): HsError {
  if (name === type.naturalKey) return new HsError(409, 'CONFLICT', `Contact already exists. Existing ID: ${holder.id}`, { context: { existingId: [holder.id] } });
  const place = `PropertyValueCoordinates{portalId=${account.portalId}, objectTypeId=ObjectTypeId{legacyObjectType=${type.legacyName}}, propertyName=${name}, value=${value}}`;
  return validation(`Cannot set ${place} on ${record?.id ?? 'a new record'}. ${holder.id} already has that value.`);
}

/** @throws HsError 400 when a fault refuses the record */
export function checkFaults(account: Account, type: ObjectType, values: Values): void {
  for (const held of account.faults.standing(['poison-record'])) {
    const { fault } = held;
    if (fault.kind !== 'poison-record' || (fault.object && fault.object !== type.name)) continue;
    const name = fault.field ?? 'name';
    if (!new RegExp(fault.matching, 'iu').test(values[name] ?? '') || !account.faults.fires(held)) continue;
    throw invalidProperties([{ name, error: fault.error ?? 'FAILED_VALIDATION_RULE', message: fault.message ?? `The value of "${name}" is refused by a validation rule of the account.` }], account.portalId);
  }
}
