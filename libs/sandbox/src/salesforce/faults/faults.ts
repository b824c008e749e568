import type { OrgSchema } from '../schema/schema.ts';
import type { SchemaChange } from '../schema/schema-types.ts';
import { REQUEST_KINDS, ROW_KINDS, SCHEMA_KINDS, type ActiveFault, type FaultInput } from './fault-types.ts';

const KINDS: readonly string[] = [...REQUEST_KINDS, ...ROW_KINDS, ...SCHEMA_KINDS];
const SIGN_IN = new Set(['token', 'soapLogin', 'revoke', 'introspect', 'userinfo', 'identity', 'versions']);
const WRITES = new Set([
  'create', 'update', 'delete', 'upsert', 'deleteByExternalId', 'collections.create', 'collections.update', 'collections.upsert', 'collections.delete',
  'composite', 'batch', 'tree',
]);

/** The switches. A fault strikes in the order of the list; the first that applies wins, latency apart. */
export class Faults {
  private active: ActiveFault[] = [];
  private counter = 0;
  private readonly schema: OrgSchema;
  private readonly now: () => number;

  constructor(schema: OrgSchema, now: () => number) {
    this.schema = schema;
    this.now = now;
  }

  list(): (FaultInput & { id: number; hits: number; remaining: number | null })[] {
    return this.active.map(({ id, fault, hits }) => ({ ...fault, id, hits, remaining: fault.times === undefined ? null : Math.max(0, fault.times - hits) }));
  }

  replace(faults: FaultInput[]): void {
    const checked = faults.map(checkFault);
    this.active = [];
    for (const fault of checked) this.push(fault);
    this.applySchema();
  }

  add(fault: FaultInput): number {
    const id = this.push(checkFault(fault));
    this.applySchema();
    return id;
  }

  remove(id: number): boolean {
    const before = this.active.length;
    this.active = this.active.filter((a) => a.id !== id);
    this.applySchema();
    return this.active.length < before;
  }

  clear(): void {
    this.replace([]);
  }

  /** The first fault of these kinds that strikes this operation now; striking is counted. */
  strike<K extends FaultInput['kind']>(kinds: readonly K[], operation: string): (FaultInput & { kind: K }) | undefined {
    for (const held of this.active) {
      if ((kinds as readonly string[]).includes(held.fault.kind) && appliesTo(held.fault, operation) && this.fires(held)) {
        return held.fault as FaultInput & { kind: K };
      }
    }
    return undefined;
  }

  /** Those of these kinds that are on, without counting; the caller decides and calls `fires`. */
  standing(kinds: readonly string[]): ActiveFault[] {
    return this.active.length === 0 ? [] : this.active.filter((a) => kinds.includes(a.fault.kind));
  }

  fires(held: ActiveFault): boolean {
    const { fault } = held;
    if (fault.times !== undefined && held.hits >= fault.times) return false;
    if (fault.afterMs !== undefined && this.now() - held.since < fault.afterMs) return false;
    held.seen++;
    if (fault.skip !== undefined && held.seen <= fault.skip) return false;
    if (fault.probability !== undefined && Math.random() >= fault.probability) return false;
    held.hits++;
    return true;
  }

  private push(fault: FaultInput): number {
    const id = ++this.counter;
    this.active.push({ id, fault, since: this.now(), seen: 0, hits: 0 });
    return id;
  }

  private applySchema(): void {
    const changes = this.active.flatMap(({ fault }): SchemaChange[] => {
      if (fault.kind === 'field-removed') return [{ object: fault.object, field: fault.field, removed: true }];
      return fault.kind === 'field-changed' ? [{ object: fault.object, field: fault.field, set: fault.set }] : [];
    });
    this.schema.apply(changes, this.now());
  }
}

function appliesTo(fault: FaultInput, operation: string): boolean {
  const wanted = fault.operation ?? (fault.kind === 'sign-in-refused' ? ['token', 'soapLogin'] : 'any');
  return (Array.isArray(wanted) ? wanted : [wanted]).some((name) => {
    if (name === 'any') return !SIGN_IN.has(operation);
    if (name === 'write') return WRITES.has(operation);
    if (name === 'read') return !WRITES.has(operation) && !SIGN_IN.has(operation);
    return name === operation;
  });
}

/** Refuses a switch that could never work, naming what is wrong with it. */
function checkFault(fault: FaultInput): FaultInput {
  if (!fault || !KINDS.includes(fault.kind)) throw new Error(`Unknown fault kind '${String(fault?.kind)}'. Known: ${KINDS.join(', ')}.`);
  const needs: Record<string, string[]> = { 'poison-record': ['matching'], 'field-removed': ['object', 'field'], 'field-changed': ['object', 'field', 'set'], latency: ['ms'] };
  for (const member of needs[fault.kind] ?? []) {
    if ((fault as unknown as Record<string, unknown>)[member] === undefined) throw new Error(`The fault '${fault.kind}' needs '${member}'.`);
  }
  if ('matching' in fault && fault.matching !== undefined) new RegExp(fault.matching, 'iu');
  return fault;
}
