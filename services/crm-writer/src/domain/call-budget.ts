import { lease, type Lease, type SlotHolder } from './fair-slots.ts';

/** What calls are for; a `check` is a person's own test of a connection: counted as reading, and not refused for the day's budget. */
export type Purpose = 'write' | 'read' | 'check';
export type Side = 'write' | 'read';

/** Tokens for calls: at most `capacity` at hand, `perSecond` new ones. */
export interface Bucket {
  capacity: number;
  perSecond: number;
}

export interface BudgetRules {
  /** Undefined: as many as there are. */
  bucket: Bucket | undefined;
  /** Calls a day that people allow; 0: as many as there are. */
  daily: number;
  /** Calls under way at once, over all replicas. */
  concurrent: number | undefined;
}

/** The present day, in milliseconds since the epoch: the last 24 hours, or from midnight to midnight. */
export type Day = { kind: 'rolling' } | { kind: 'midnight'; began: number; ends: number };

/** Calls that began in the hour (of a rolling day) or day from `from` on: [from, for writing, for reading]. */
export type Counted = [from: number, write: number, read: number];

/** What all replicas know of a connection's calls. */
export interface BudgetState {
  /** Tokens by side, as they were `at`. */
  write: number;
  read: number;
  at: number;
  counted: Counted[];
  holders: SlotHolder[];
  /** Until when work of a side was told to wait for the day's budget. */
  waiting: Partial<Record<Side, number>>;
}

export interface Question {
  purpose: Purpose;
  /** Calls wanted; 0 to bring something back, or for the lease alone. */
  calls: number;
  /** Taken earlier and not made. */
  unused: Record<Side, number>;
  /** It was kept for longer than the slack is for: nobody may make these calls any more. */
  late?: boolean;
  lease?: Lease;
}

export type Answer =
  | { kind: 'granted'; calls: number; slots: number }
  /** The bucket is empty: the next token comes in `ms`. */
  | { kind: 'later'; ms: number; slots: number }
  /** The day's budget is spent until then. */
  | { kind: 'spent'; until: number; used: number; slots: number };

/** For how long what was taken may be kept, in milliseconds; what a dead replica has kept is gone with it. */
export const KEPT_MS = 250;
/** Calls begin to count at the provider up to half a second after they were granted to us in the worst case, and what was given back is granted again. */
const SLACK_MS = 1_000;
/** Of the tokens; what one side does not need flows over to the other. */
const WRITE_SHARE = 0.75;
/** Neither side may spend the whole day's budget: the rest is kept for the other. */
const MOST_OF_A_DAY: Record<Side, number> = { write: 0.95, read: 0.8 };
const SOONEST_MS = 20;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

export const sideOf = (purpose: Purpose): Side => (purpose === 'write' ? 'write' : 'read');
const otherOf = (side: Side): Side => (side === 'write' ? 'read' : 'write');
export const emptyState = (rules: BudgetRules, now: number): BudgetState => ({ ...shares(rules.bucket?.capacity ?? 0), at: now, counted: [], holders: [], waiting: {} });
const shares = (tokens: number): Record<Side, number> => ({ write: tokens * WRITE_SHARE, read: tokens * (1 - WRITE_SHARE) });

/**
 * A bucket that never lets more than `calls` go in any span of `windowMs`, however they come: what is at hand when the span begins and what
 * is added in it and in the slack around it make `calls` together. A tenth is at hand at once (and one for each side), the rest comes evenly. At least 10 calls.
 */
export function bucketFor(calls: number, windowMs: number): Bucket {
  const capacity = Math.max(1 / (1 - WRITE_SHARE), Math.floor(calls / 10));
  return { capacity, perSecond: ((calls - capacity) * 1000) / (windowMs + SLACK_MS) };
}

function refilled(state: BudgetState, bucket: Bucket | undefined, now: number): BudgetState {
  const at = Math.max(state.at, now);
  if (!bucket) return { ...state, at };
  const most = shares(bucket.capacity);
  const added = shares(((at - state.at) * bucket.perSecond) / 1000);
  return { ...state, ...flowingOver({ write: state.write + added.write, read: state.read + added.read }, most), at };
}

function flowingOver(tokens: Record<Side, number>, most: Record<Side, number>): Record<Side, number> {
  const spare = { write: Math.max(0, tokens.write - most.write), read: Math.max(0, tokens.read - most.read) };
  return { write: Math.min(tokens.write + spare.read, most.write), read: Math.min(tokens.read + spare.write, most.read) };
}

/** A side may have what the other has at hand beyond one call. */
const available = (state: BudgetState, side: Side): number => Math.floor(state[side] + Math.max(0, state[otherOf(side)] - 1) + 1e-9);

/** Nearly: what the other side takes meanwhile is not known. */
function untilNext(state: BudgetState, side: Side, { perSecond }: Bucket): number {
  return Math.max(SOONEST_MS, Math.ceil((1000 * (1 - Math.min(1, state[side]))) / perSecond));
}

function without(state: BudgetState, side: Side, calls: number): BudgetState {
  const other = otherOf(side);
  const own = Math.min(state[side], calls);
  return { ...state, [side]: state[side] - own, [other]: Math.max(0, state[other] - (calls - own)) };
}

const endOf = ([from]: Counted, day: Day): number => (day.kind === 'midnight' ? day.ends : from + HOUR_MS + DAY_MS);

/** Only what still counts. */
function countedOn(counted: readonly Counted[], day: Day, now: number): Counted[] {
  return counted.filter((c) => (day.kind === 'midnight' ? c[0] >= day.began : endOf(c, day) > now));
}

const sum = (counted: readonly Counted[], side: Side): number => counted.reduce((total, c) => total + c[side === 'write' ? 1 : 2], 0);

/** Calls that the day's budget still has for a side; Infinity without one. */
function leftToday(counted: readonly Counted[], daily: number, side: Side): number {
  if (daily === 0) return Infinity;
  const mine = Math.max(1, Math.ceil(daily * MOST_OF_A_DAY[side]));
  return Math.max(0, Math.min(daily - sum(counted, 'write') - sum(counted, 'read'), mine - sum(counted, side)));
}

/** When the day's budget has a call again for a side, as things stand. */
function spentUntil(counted: readonly Counted[], rules: BudgetRules, side: Side, day: Day): number {
  const order = [...counted].sort((a, b) => a[0] - b[0]);
  while (order.length > 1 && leftToday(order.slice(1), rules.daily, side) === 0) order.shift();
  return order[0] ? endOf(order[0], day) : 0;
}

function count(counted: readonly Counted[], day: Day, now: number, calls: Record<Side, number>): Counted[] {
  const from = day.kind === 'midnight' ? day.began : Math.floor(now / HOUR_MS) * HOUR_MS;
  const known = counted.find((c) => c[0] === from) ?? [from, 0, 0];
  // What is given back may have been counted in the hour before: then less is given back, never more.
  const present: Counted = [from, Math.max(0, known[1] + calls.write), Math.max(0, known[2] + calls.read)];
  return [...counted.filter((c) => c[0] !== from), present];
}

/** What was taken and not made, back into the bucket and out of the count. */
function givenBack(state: BudgetState, { bucket }: BudgetRules, { unused, late }: Question, day: Day, now: number): BudgetState {
  if (unused.write + unused.read === 0) return state;
  const tokens = bucket && !late ? flowingOver({ write: state.write + unused.write, read: state.read + unused.read }, shares(bucket.capacity)) : {};
  return { ...state, ...tokens, counted: count(state.counted, day, now, { write: -unused.write, read: -unused.read }) };
}

function leased(state: BudgetState, rules: BudgetRules, question: Question, now: number): { state: BudgetState; slots: number } {
  if (rules.concurrent === undefined || !question.lease) return { state, slots: Infinity };
  const { holders, held } = lease(state.holders, question.lease, rules.concurrent, now);
  return { state: { ...state, holders }, slots: held };
}

const withWaiting = (state: BudgetState, side: Side, until: number | undefined): BudgetState => {
  const { [side]: _before, ...others } = state.waiting;
  return { ...state, waiting: until === undefined ? others : { ...others, [side]: until } };
};

/** Takes calls, gives back what was not used, and leases places for calls under way, in one step. */
export function ask(before: BudgetState, rules: BudgetRules, day: Day, question: Question, now: number): { state: BudgetState; answer: Answer } {
  const fresh = refilled({ ...before, counted: countedOn(before.counted, day, now) }, rules.bucket, now);
  const { state, slots } = leased(givenBack(fresh, rules, question, day, now), rules, question, now);
  if (question.calls === 0) return { state, answer: { kind: 'granted', calls: 0, slots } };
  const side = sideOf(question.purpose);
  const left = question.purpose === 'check' ? Infinity : leftToday(state.counted, rules.daily, side);
  if (left === 0) {
    const until = spentUntil(state.counted, rules, side, day);
    return { state: withWaiting(state, side, until), answer: { kind: 'spent', until, used: sum(state.counted, 'write') + sum(state.counted, 'read'), slots } };
  }
  const tokens = rules.bucket ? available(state, side) : Infinity;
  if (tokens < 1) return { state, answer: { kind: 'later', ms: untilNext(state, side, rules.bucket!), slots } };
  const calls = Math.min(question.calls, left, tokens);
  const taken = rules.bucket ? without(state, side, calls) : state;
  const counted = count(taken.counted, day, now, { write: side === 'write' ? calls : 0, read: side === 'read' ? calls : 0 });
  const granted = { ...taken, counted };
  return { state: question.purpose === 'check' ? granted : withWaiting(granted, side, undefined), answer: { kind: 'granted', calls, slots } };
}

/** How things stand, for people. */
export interface BudgetStanding {
  /** Our own calls of the day. */
  used: number;
  usedReading: number;
  /** When the day ends, or when calls of a rolling one stop counting next; undefined when there are none. */
  endsAt: number | undefined;
  /** Work waits until then. */
  waitingUntil: number | undefined;
  waitingFor: Side | undefined;
}

export function standingOf(state: BudgetState, rules: BudgetRules, day: Day, now: number): BudgetStanding {
  const counted = countedOn(state.counted, day, now);
  const [reading, writing] = [sum(counted, 'read'), sum(counted, 'write')];
  const oldest = counted.filter((c) => c[1] + c[2] > 0).sort((a, b) => a[0] - b[0])[0];
  // Who was told to wait and need not any more has not asked again yet.
  const waits = (side: Side) => (state.waiting[side] ?? 0) > now && leftToday(counted, rules.daily, side) === 0;
  const waitingFor = (['write', 'read'] as const).find(waits);
  return {
    used: reading + writing, usedReading: reading, endsAt: day.kind === 'midnight' ? day.ends : oldest && endOf(oldest, day),
    waitingFor, waitingUntil: waitingFor && state.waiting[waitingFor],
  };
}
