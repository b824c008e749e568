import type { crmWriter, matching, orchestrations, types } from '@signalbox/contracts';
import type { Transaction } from '@signalbox/platform-postgres';
import type { Tally, TallyChange } from '../domain/counts.ts';
import type { Definition, OrchestrationKind, PlannedRecord } from '../domain/kind.ts';
import type { OutcomeName, PlanStateName, RunStateName } from '../domain/run-state.ts';

/** Where and how the changes of a plan are written; kept with the plan, so that later edits do not redirect a run. */
export interface WriteTarget {
  connectionId: string;
  provider: string;
  object: string;
  externalIdField: string;
  /** What the kind has to know again when it is told what was written; see `KindRuntime.written`. */
  memo?: string;
}

/** What has to be done before facts can be looked at, for whoever waits for it. */
export interface Preparing {
  /** E.g. "matching". */
  stage: string;
  done: number;
  total: number;
  /** 0 while it cannot be told. */
  perSecond: number;
}

/** The state of the CRM that a plan is made from. */
export interface CrmPicture {
  /** Mirror sequence. */
  sequence: number;
  /** Records that the CRM holds now. */
  records: number;
  /** Calls used to bring it up to date. */
  apiCalls: types.NamedCount[];
}

export interface FactStream<Fact> {
  /** How many there will be, as far as is known; for progress. */
  expected: number | Promise<number>;
  /** In a stable order, in batches of up to 1,000. */
  batches: AsyncIterable<readonly Fact[]>;
}

/** A kind together with where its facts come from. */
export interface KindRuntime<Fact, State, Facts> {
  readonly kind: OrchestrationKind<Fact, State, Facts>;
  /** What is known of the definition's surroundings now; what is missing is left out, not thrown. */
  facts(definition: Definition, signal?: AbortSignal): Promise<Facts>;
  /** Only called once `validate` found no problem. */
  target(definition: Definition, facts: Facts): WriteTarget;
  /** Brings our picture of the CRM up to date, and returns when matching has taken it in. */
  refresh(definition: Definition, signal: AbortSignal, report: (preparing: Preparing) => Promise<void>): Promise<CrmPicture>;
  /** Every fact once, for this plan; again from the first when the plan is made anew. */
  open(definition: Definition, facts: Facts, signal: AbortSignal, planId: string): FactStream<Fact>;
  /**
   * What came to be in the CRM, each record once and in the transaction that counts it; also of runs that take others back.
   * For kinds that remember what they wrote.
   */
  written?(tx: Transaction, workspaceId: string, target: WriteTarget, records: readonly WrittenChange[]): Promise<void>;
}

/** A record that the CRM has as it was planned. */
export interface WrittenChange {
  crmId: string;
  changes: crmWriter.FieldChange[];
}

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- runtimes of unrelated types; each is checked where it is made
export type AnyRuntime = KindRuntime<any, any, any>;

/** Saved orchestrations; each service keeps its own. */
export interface Definitions {
  /** Undefined when it is not there, or was deleted. */
  find(workspaceId: string, orchestrationId: string): Promise<Definition | undefined>;
}

/** Puts events into the outbox of the transaction. */
export interface Announcer {
  changes(tx: Transaction, batch: orchestrations.ChangeBatchRequested): Promise<void>;
  /** One per occurrence that asked for the run, or one without. */
  finished(tx: Transaction, events: orchestrations.RunFinished[]): Promise<void>;
  /** The run has batches out: whoever writes them stops before the next. */
  cancelled(tx: Transaction, event: orchestrations.RunCancelled): Promise<void>;
}

/**
 * Every step that has an effect goes through here, so that tests can repeat one, or let the process end after it. Each
 * step is one transaction (`request` and `results` are part of their caller's), and safe to repeat.
 */
export interface Steps {
  run<T>(name: StepName, step: () => Promise<T>): Promise<T>;
}
export const STEP_NAMES = ['request', 'claim', 'begin', 'refresh', 'prepare', 'expect', 'append', 'extend', 'release', 'seal', 'fail', 'tidy', 'advance', 'results', 'cancel', 'override'] as const;
export type StepName = (typeof STEP_NAMES)[number];
export const plainSteps: Steps = { run: (_name, step) => step() };

/** A plan that this process is to make. `attempt` fences out whoever held it before. */
export interface PlanClaim {
  workspaceId: string;
  planId: string;
  orchestrationId: string;
  /** Empty for a preview. */
  runId: string;
  /** The run that it takes back; empty for a plan of a kind. */
  undoesRunId: string;
  attempt: number;
  /** Attempts in a row that failed with an error that may pass. */
  failures: number;
}

export interface PlanRow {
  workspaceId: string;
  id: string;
  orchestrationId: string;
  orchestrationVersion: number;
  mappingProfileVersion: number;
  runId: string;
  undoesRunId: string;
  state: PlanStateName;
  planned: number;
  toWrite: number;
  clears: number;
  lookedAt: number;
  toLookAt: number;
  crmRecords: number;
  mirrorSequence: number;
  /** Set while it is waited for something. */
  preparing?: Preparing;
  target?: WriteTarget;
  guardrail: string;
  problem: string;
  createdAt: Date;
  readyAt?: Date;
}

export interface NewPlan {
  workspaceId: string;
  id: string;
  orchestrationId: string;
  orchestrationVersion: number;
  mappingProfileVersion: number;
  kind: string;
  runId?: string;
  undoesRunId?: string;
}

/** The versions are those that the plan was made of, which may be newer than when it was asked for. */
export interface SealedPlan {
  orchestrationVersion: number;
  mappingProfileVersion: number;
  crmRecords: number;
  mirrorSequence: number;
  target: WriteTarget;
  guardrail: string;
}

export interface StoredRecord extends PlannedRecord {
  position: number;
  reasonText: string;
}

export type WriteAction = 'create' | 'update' | 'delete' | 'convert';

export interface DueChange {
  position: number;
  action: WriteAction;
  companyId: string;
  crmId: string;
  changes: crmWriter.FieldChange[];
  identity?: matching.MatchCandidate;
  conversion?: orchestrations.Conversion;
}

export interface RecordFilter {
  action?: string;
  state?: string;
}

export interface PlanStore {
  enqueue(tx: Transaction, plan: NewPlan): Promise<void>;
  /** The preview that is being made for this version, or a new one. */
  enqueuePreview(tx: Transaction, plan: NewPlan): Promise<PlanRow>;
  /** Takes the next due plan for `leaseMs`, and throws away what an earlier attempt left. */
  claim(tx: Transaction, leaseMs: number): Promise<PlanClaim | undefined>;
  /** False when the plan is no longer ours. */
  extend(claim: PlanClaim, leaseMs: number): Promise<boolean>;
  /** What the plan waits for, until it says what it expects. */
  prepare(claim: PlanClaim, preparing: Preparing): Promise<void>;
  expect(claim: PlanClaim, toLookAt: number): Promise<void>;
  /** Stores batch `number` (from 0) once; a repetition changes nothing. False when the plan is no longer ours. */
  append(tx: Transaction, claim: PlanClaim, number: number, lookedAt: number, records: readonly StoredRecord[]): Promise<boolean>;
  /** The plan, locked, when it is still ours. */
  hold(tx: Transaction, claim: PlanClaim): Promise<PlanRow | undefined>;
  seal(tx: Transaction, claim: PlanClaim, sealed: SealedPlan): Promise<void>;
  /** Ends a plan that is being made, without a result. */
  abandon(tx: Transaction, plan: { workspaceId: string; planId: string }, code: string, problem: string): Promise<void>;
  /** Gives it back, to be made anew after `afterMs`. */
  release(claim: PlanClaim, afterMs: number, failed: boolean): Promise<void>;
  find(workspaceId: string, id: string, tx?: Transaction): Promise<PlanRow | undefined>;
  skips(workspaceId: string, id: string, tx?: Transaction): Promise<types.NamedCount[]>;
  /** The next changes after `position`, at most `limit`, in order. */
  dueChanges(tx: Transaction, workspaceId: string, planId: string, after: number, limit: number): Promise<DueChange[]>;
  /** Changes of these records, with the record that each was written to. */
  changesAt(tx: Transaction, workspaceId: string, planId: string, positions: readonly number[]): Promise<WrittenChange[]>;
  list(workspaceId: string, planId: string, filter: RecordFilter, after: number, limit: number): Promise<orchestrations.PlanRecord[]>;
  /** Drops previews older than the newest `keep` of the orchestration, or of the undo of one of its runs. */
  dropOldPreviews(workspaceId: string, orchestrationId: string, undoesRunId: string, keep: number): Promise<void>;
  latestPreviews(workspaceId: string, orchestrationIds: readonly string[]): Promise<Map<string, string>>;
}

export interface RunRow {
  workspaceId: string;
  id: string;
  orchestrationId: string;
  kind: string;
  planId: string;
  /** The run that it takes back; empty for a run of a kind. */
  undoesRunId: string;
  state: RunStateName;
  trigger: 'person' | 'schedule';
  requestedBy: string;
  overridden: boolean;
  problem: string;
  problemCode: string;
  tally: Tally;
  /** Changes in the plan, and those of them that were sent. */
  toWrite: number;
  dispatched: number;
  /** Position of the last change sent; 0 before the first. */
  dispatchedThrough: number;
  /** Number of the next batch. */
  nextBatch: number;
  queuedAt: Date;
  startedAt?: Date;
  applyingAt?: Date;
  finishedAt?: Date;
}

export interface NewRun {
  workspaceId: string;
  id: string;
  planId: string;
  orchestrationId: string;
  kind: string;
  trigger: 'person' | 'schedule';
  requestedBy: string;
  undoesRunId?: string;
}

export interface RunOutcome {
  position: number;
  state: OutcomeName;
  crmId: string;
  code: string;
  message: string;
  beforeImage: crmWriter.FieldChange[];
  contactId: string;
}

export interface SettledPosition {
  position: number;
  state: OutcomeName;
  code: string;
}

export interface RunStore {
  /** The open run of an orchestration, locked. */
  open(tx: Transaction, workspaceId: string, orchestrationId: string): Promise<RunRow | undefined>;
  insert(tx: Transaction, run: NewRun): Promise<void>;
  /** Locks it. */
  hold(tx: Transaction, workspaceId: string, id: string): Promise<RunRow | undefined>;
  /** Writes the state, problem, override, sizes and dispatch position; tells those who watch. */
  save(tx: Transaction, run: RunRow): Promise<void>;
  find(workspaceId: string, id: string, tx?: Transaction): Promise<RunRow | undefined>;
  list(workspaceId: string, orchestrationId: string, before: string, limit: number): Promise<RunRow[]>;
  latest(workspaceId: string, orchestrationIds: readonly string[]): Promise<Map<string, string>>;
  /** Remembers that this occurrence asked for the run. */
  addOccurrence(tx: Transaction, workspaceId: string, occurrenceId: string, runId: string): Promise<void>;
  ofOccurrence(tx: Transaction, workspaceId: string, occurrenceId: string): Promise<RunRow | undefined>;
  occurrences(tx: Transaction, workspaceId: string, runId: string): Promise<string[]>;
  addBatch(tx: Transaction, run: RunRow, number: number, lane: number, size: number): Promise<void>;
  inFlight(tx: Transaction, run: RunRow): Promise<number>;
  /** Takes in outcomes of records that were sent, each once; gives those that were new. */
  settle(tx: Transaction, run: RunRow, outcomes: readonly RunOutcome[]): Promise<SettledPosition[]>;
  batchSettled(tx: Transaction, run: RunRow, number: number, records: number): Promise<void>;
  /** Every change not sent yet becomes skipped with this code; gives how many. */
  skipUnsent(tx: Transaction, run: RunRow, code: string, message: string): Promise<number>;
  addTally(tx: Transaction, run: RunRow, change: TallyChange): Promise<void>;
  addCounts(tx: Transaction, workspaceId: string, ownerId: string, category: TallyCategory, counts: Iterable<readonly [string, number]>): Promise<void>;
  counts(workspaceId: string, ownerId: string, tx?: Transaction): Promise<Record<TallyCategory, types.NamedCount[]>>;
  /** Wakes the workers when the transaction is committed. */
  wakeWorkers(tx: Transaction): Promise<void>;
  /** For operators: runs that have not ended, by state, and the age of the oldest batch without an answer in seconds. */
  activity(): Promise<{ runs: { state: RunStateName; count: number }[]; oldestBatchSeconds: number }>;
  /** Runs that could be advanced and are not locked by anyone: what a restart or a lost wake-up leaves behind. */
  stranded(limit: number, window: number): Promise<{ workspaceId: string; id: string }[]>;
}
export type TallyCategory = 'skipped' | 'failed' | 'api';

/** Channels of NOTIFY. The first wakes workers, the second those who watch a run; its payload is `<workspace>/<run>`. */
export const WORK_CHANNEL = 'orchestration_work';
export const RUN_CHANNEL = 'orchestration_run';
