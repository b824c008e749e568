import { HsError, validation } from '../errors.ts';
import { bodyObject, flag, NO_CONTENT, objectType, type Reply, type RestRequest, type Route } from '../http/rest.ts';
import { iso, viewOf, writtenView } from '../records/view.ts';
import { carryOut, checkFaults, prepare, type Prepared } from '../records/writes.ts';
import type { ObjectType } from '../schema/schema-types.ts';
import type { CrmRecord } from '../store/record.ts';
import { associateNew, checkIdProperty, findRecord } from './objects.ts';

const MOST_INPUTS = 100;

interface Input {
  id?: unknown;
  idProperty?: string;
  properties?: unknown;
  associations?: unknown;
  objectWriteTraceId?: string;
}

const typeOf = (request: RestRequest): ObjectType => objectType(request.params['type']!);
const idOf = (input: Input): string => String(input.id ?? '');

function inputsOf(request: RestRequest): Input[] {
  const { inputs } = bodyObject(request);
  if (!Array.isArray(inputs)) throw validation('Invalid input JSON on line 1, column 1: Some required fields were not set: [inputs]');
  if (inputs.length > MOST_INPUTS) throw validation(`The maximum number of inputs supported in a batch request is ${MOST_INPUTS}, and ${inputs.length} were given.`);
  return inputs as Input[];
}

/** Two inputs for one record are refused, whatever else is asked for. */
function checkDistinct(ids: readonly string[]): void {
  const twice = [...new Set(ids.filter((id, i) => ids.indexOf(id) !== i))];
  if (twice.length > 0) throw validation(`Duplicate IDs found in batch input: [${twice.join(', ')}]. IDs must be unique`, { context: { ids: twice } });
}

/** With a trace id on every input the batch fails input by input; without, as a whole (guide: Multi-status errors). */
function isMultiStatus(request: RestRequest, inputs: readonly Input[]): boolean {
  const ids = inputs.map((i) => i.objectWriteTraceId);
  return request.account.settings.multiStatus && ids.length > 0 && ids.every((id) => id !== undefined && id !== '') && new Set(ids).size === ids.length;
}

interface Done {
  results: unknown[];
  errors: Record<string, unknown>[];
}

function answer(request: RestRequest, { results, errors }: Done, status: number): Reply {
  const at = iso(request.account.now());
  // The order of results is not promised, so the sandbox never gives the order of inputs.
  const body = { status: 'COMPLETE', results: results.toReversed(), startedAt: at, completedAt: at, requestedAt: at };
  return errors.length === 0 ? { status, body } : { status: 207, body: { ...body, numErrors: errors.length, errors } };
}

/** Judges every input, then writes those that are good; in a batch without trace ids, none when one is bad. */
function writeAll(request: RestRequest, inputs: readonly Input[], judge: (input: Input) => Prepared, view: (record: CrmRecord, created: boolean) => object): Done {
  const multi = isMultiStatus(request, inputs);
  const { ledger } = request.account;
  const done: Done = { results: [], errors: [] };
  const write = (input: Input, prepared: Prepared) => {
    const record = carryOut(request.account, prepared);
    associateNew(request, prepared.type, record, input.associations);
    done.results.push({ ...view(record, prepared.record === undefined), ...(input.objectWriteTraceId ? { objectWriteTraceId: input.objectWriteTraceId } : {}) });
  };
  const waiting: [Input, Prepared][] = [];
  for (const input of inputs) {
    try {
      const prepared = judge(input);
      // Written at once, so that the next input sees its unique values; a whole batch is judged first.
      if (multi) write(input, prepared);
      else waiting.push([input, prepared]);
    } catch (error) {
      if (!(error instanceof HsError)) throw error;
      ledger.rows.failed += multi ? 1 : inputs.length;
      if (!multi) throw error;
      done.errors.push(error.entry([input.objectWriteTraceId!]));
    }
  }
  for (const [input, prepared] of waiting) write(input, prepared);
  return done;
}

function create(request: RestRequest): Reply {
  const type = typeOf(request);
  const inputs = inputsOf(request);
  return answer(request, writeAll(request, inputs, (input) => prepare(request.account, type, undefined, input.properties), writtenView), 201);
}

function upsert(request: RestRequest): Reply {
  const type = typeOf(request);
  const inputs = inputsOf(request);
  const names = new Set(inputs.map((i) => i.idProperty ?? ''));
  if (names.size > 1) throw validation('All inputs of a batch must have the same idProperty.');
  const [idProperty = ''] = names;
  if (inputs.length > 0 && idProperty === '') throw validation('Some required fields were not set: [idProperty]');
  checkIdProperty(request, type, idProperty);
  checkDistinct(inputs.map(idOf));
  const judge = (input: Input): Prepared => {
    const record = findRecord(request, type, idOf(input), idProperty);
    return prepare(request.account, type, record, { ...(input.properties as object), [idProperty]: idOf(input) });
  };
  return answer(request, writeAll(request, inputs, judge, (record, created) => ({ ...writtenView(record), new: created })), 200);
}

const missing = (type: ObjectType, ids: readonly string[]) =>
  new HsError(207, 'OBJECT_NOT_FOUND', `Could not get some ${type.legacyName} objects, they may be deleted or not exist. Check that ids are valid.`, { context: { ids: [...ids] } });

function update(request: RestRequest): Reply {
  const type = typeOf(request);
  const inputs = inputsOf(request);
  for (const input of inputs) checkIdProperty(request, type, input.idProperty);
  checkDistinct(inputs.map(idOf));
  const found = new Map(inputs.map((input) => [input, live(findRecord(request, type, idOf(input), input.idProperty))]));
  const there = inputs.filter((input) => found.get(input));
  const gone = inputs.filter((input) => !found.get(input));
  const done = writeAll(request, there, (input) => prepare(request.account, type, found.get(input), input.properties), writtenView);
  request.account.ledger.rows.failed += gone.length;
  if (gone.length > 0) done.errors.push(missing(type, gone.map(idOf)).entry(gone.flatMap((i) => i.objectWriteTraceId ?? [])));
  return answer(request, done, 200);
}

const live = (record: CrmRecord | undefined): CrmRecord | undefined => (record?.archivedAt === undefined ? record : undefined);

function read(request: RestRequest): Reply {
  const type = typeOf(request);
  const inputs = inputsOf(request);
  const { properties, idProperty } = bodyObject(request) as { properties?: string[]; idProperty?: string };
  checkIdProperty(request, type, idProperty);
  const archived = flag(request.query, 'archived');
  const results: unknown[] = [];
  const gone: string[] = [];
  const seen = new Set<CrmRecord>();
  for (const input of inputs) {
    const record = findRecord(request, type, idOf(input), idProperty || undefined);
    if (!record || (record.archivedAt !== undefined) !== archived) gone.push(idOf(input));
    else if (!seen.has(record)) results.push(viewOf(type, record, properties));
    if (record) seen.add(record);
  }
  return answer(request, { results, errors: gone.length > 0 ? [missing(type, gone).entry([])] : [] }, 200);
}

function archive(request: RestRequest): Reply {
  const type = typeOf(request);
  const store = request.account.store(type);
  // What is archived already, or was never there, is passed over: the answer does not tell.
  const found = inputsOf(request).map((input) => live(store.get(idOf(input)))).filter((record) => record !== undefined);
  for (const record of found) checkFaults(request.account, type, record.values);
  for (const record of new Set(found)) {
    store.archive(record);
    request.account.ledger.rows.deleted++;
  }
  return NO_CONTENT;
}

const writing = (type: ObjectType) => type.writeScope;

export const batchRoutes: Route[] = [
  { method: 'POST', area: 'objects', pattern: ':type/batch/read', operation: 'batch.read', scope: (type) => type.readScope, handler: read },
  { method: 'POST', area: 'objects', pattern: ':type/batch/create', operation: 'batch.create', scope: writing, handler: create },
  { method: 'POST', area: 'objects', pattern: ':type/batch/update', operation: 'batch.update', scope: writing, handler: update },
  { method: 'POST', area: 'objects', pattern: ':type/batch/upsert', operation: 'batch.upsert', scope: writing, handler: upsert },
  { method: 'POST', area: 'objects', pattern: ':type/batch/archive', operation: 'batch.archive', scope: writing, handler: archive },
];
