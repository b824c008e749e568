/** Which requests a fault is for. All that are given must hold; nothing given means every request. */
export interface FaultScope {
  /** An operation of the ledger (`query`, `collections.create`, `token`…), or `read`, `write`, `any` (all but sign-in; the default). */
  operation?: string | string[];
  /** Object name; for faults of rows and of the schema. */
  object?: string;
  /** How many requests (or rows) it strikes before it switches itself off. Default: until taken away. */
  times?: number;
  /** Chance of striking, 0..1. Default 1. */
  probability?: number;
  /** Starts this long after it was switched on. */
  afterMs?: number;
  /** Lets this many matching requests (or rows) pass first. */
  skip?: number;
}

/** Faults of the line, the same for every provider: no answer, half of one, or a late one. */
export type LineFault =
  | { kind: 'connection-reset' }
  | { kind: 'timeout-before-commit'; hangMs?: number }
  | { kind: 'timeout-after-commit'; hangMs?: number }
  | { kind: 'truncated-answer' }
  | { kind: 'latency'; ms: number; jitterMs?: number };

export const LINE_KINDS = ['connection-reset', 'timeout-before-commit', 'timeout-after-commit', 'truncated-answer', 'latency'] as const;

export type AnyFault = { kind: string } & FaultScope;

/** A fault that is on, with how often it has struck. */
export interface ActiveFault<F extends AnyFault> {
  id: number;
  fault: F;
  since: number;
  seen: number;
  hits: number;
}

export interface FaultRules<F extends AnyFault> {
  kinds: readonly string[];
  /** Members that a kind cannot do without. */
  needs: Record<string, readonly string[]>;
  /** Operations of signing in, which `any` leaves out. */
  signIn: ReadonlySet<string>;
  writes: ReadonlySet<string>;
  /** What a fault strikes that names no operation. Default `any`. */
  operationOf?(fault: F): string | string[] | undefined;
  /** Told after each change of the switches. */
  changed?(faults: readonly F[]): void;
}

/** The switches. A fault strikes in the order of the list; the first that applies wins, latency apart. */
export class FaultSwitches<F extends AnyFault> {
  private active: ActiveFault<F>[] = [];
  private counter = 0;
  private readonly rules: FaultRules<F>;
  private readonly now: () => number;
  /** In [0, 1), for faults that strike by chance. */
  private readonly random: () => number;

  constructor(rules: FaultRules<F>, now: () => number, random: () => number = Math.random) {
    this.rules = rules;
    this.now = now;
    this.random = random;
  }

  list(): (F & { id: number; hits: number; remaining: number | null })[] {
    return this.active.map(({ id, fault, hits }) => ({ ...fault, id, hits, remaining: fault.times === undefined ? null : Math.max(0, fault.times - hits) }));
  }

  replace(faults: F[]): void {
    for (const fault of faults) this.check(fault);
    this.active = [];
    for (const fault of faults) this.push(fault);
    this.changed();
  }

  add(fault: F): number {
    this.check(fault);
    const id = this.push(fault);
    this.changed();
    return id;
  }

  remove(id: number): boolean {
    const before = this.active.length;
    this.active = this.active.filter((a) => a.id !== id);
    this.changed();
    return this.active.length < before;
  }

  clear(): void {
    this.replace([]);
  }

  /** The first fault of these kinds that strikes this operation now; striking is counted. */
  strike<K extends F['kind']>(kinds: readonly K[], operation: string): (F & { kind: K }) | undefined {
    for (const held of this.active) {
      if ((kinds as readonly string[]).includes(held.fault.kind) && this.appliesTo(held.fault, operation) && this.fires(held)) {
        return held.fault as F & { kind: K };
      }
    }
    return undefined;
  }

  /** The same for faults of the line, which every provider has. */
  strikeLine<K extends LineFault['kind']>(kinds: readonly K[], operation: string): (LineFault & { kind: K }) | undefined {
    return this.strike(kinds, operation) as (LineFault & { kind: K }) | undefined;
  }

  /** Those of these kinds that are on, without counting; the caller decides and calls `fires`. */
  standing(kinds: readonly string[]): ActiveFault<F>[] {
    return this.active.length === 0 ? [] : this.active.filter((a) => kinds.includes(a.fault.kind));
  }

  fires(held: ActiveFault<F>): boolean {
    const { fault } = held;
    if (fault.times !== undefined && held.hits >= fault.times) return false;
    if (fault.afterMs !== undefined && this.now() - held.since < fault.afterMs) return false;
    held.seen++;
    if (fault.skip !== undefined && held.seen <= fault.skip) return false;
    if (fault.probability !== undefined && this.random() >= fault.probability) return false;
    held.hits++;
    return true;
  }

  private push(fault: F): number {
    const id = ++this.counter;
    this.active.push({ id, fault, since: this.now(), seen: 0, hits: 0 });
    return id;
  }

  private changed(): void {
    this.rules.changed?.(this.active.map((a) => a.fault));
  }

  private appliesTo(fault: F, operation: string): boolean {
    const { signIn, writes } = this.rules;
    const wanted = fault.operation ?? this.rules.operationOf?.(fault) ?? 'any';
    return (Array.isArray(wanted) ? wanted : [wanted]).some((name) => {
      if (name === 'any') return !signIn.has(operation);
      if (name === 'write') return writes.has(operation);
      if (name === 'read') return !writes.has(operation) && !signIn.has(operation);
      return name === operation;
    });
  }

  /** Refuses a switch that could never work, naming what is wrong with it. */
  private check(fault: F): void {
    const { kinds, needs } = this.rules;
    if (!fault || !kinds.includes(fault.kind)) throw new Error(`Unknown fault kind '${String(fault?.kind)}'. Known: ${kinds.join(', ')}.`);
    const given = fault as unknown as Record<string, unknown>;
    for (const member of needs[fault.kind] ?? []) {
      if (given[member] === undefined) throw new Error(`The fault '${fault.kind}' needs '${member}'.`);
    }
    if (typeof given['matching'] === 'string') new RegExp(given['matching'], 'iu');
  }
}
