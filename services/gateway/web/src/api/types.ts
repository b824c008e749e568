import type { RunCountsView } from '@signalbox/contracts';

/** What the console reads of the API's answers; the whole of it is described at /api/docs. */
export interface Page<T> {
  items: T[];
  nextCursor?: string;
  total?: number;
}

export interface Session {
  email: string | null;
  workspace: { id: string; name: string; timeZone: string };
  permissions: string[];
}

export interface ConnectionSetting {
  name: string;
  label: string;
  secret: boolean;
  required: boolean;
  description: string;
}

export interface Provider {
  name: string;
  label: string;
  authKinds: { name: string; label: string; settings: ConnectionSetting[] }[];
  objects: string[];
  addressExample: string;
  addressDescription: string;
  /** Null where each has another. */
  usualAddress: string | null;
  /** Its leads can be converted into contacts of accounts that are there. */
  convertsLeads: boolean;
}

export interface Connection {
  id: string;
  name: string;
  provider: string;
  baseUrl: string;
  authKind: string;
  environment: string;
  status: 'untested' | 'healthy' | 'unhealthy';
  statusMessage?: string;
  version: number;
  checkedAt?: string;
  apiCallsUsed?: number;
  apiCallsAllowed?: number;
  settings: Record<string, string>;
  /** Most calls a day that people allow; 0: as many as the CRM does. */
  dailyCalls: number;
  /** Our own calls of the day. */
  budget: { used: number; usedReading: number; endsAt: string | null; waitingUntil: string | null; waitingFor: string };
}

export interface MirrorStatus {
  records: number;
  state: string;
  message?: string;
  pulledAt?: string;
}

export interface CrmField {
  name: string;
  label: string;
  type: string;
  length?: number;
  createable: boolean;
  updateable: boolean;
  required: boolean;
  externalId: boolean;
  /** A list of which a record may have several values. */
  multiple?: boolean;
}

/** A status that a lead has once it is converted. */
export interface ConvertedStatus {
  name: string;
  label: string;
  isDefault: boolean;
}

/** A CRM record as the mirror has it. */
export interface CrmRecord {
  crmId: string;
  name: string | null;
  fields: Record<string, string>;
  email?: string | null;
}

/** How many accounts each scope of segment names would write. */
export interface ScopeCounts {
  accounts: number;
  createdLastWeek: number;
  createdLastDay: number;
  /** Null without a segment. */
  inSegment: number | null;
  /** Null: the accounts were never read. */
  pulledAt: string | null;
  /** More than 0: that many companies are not decided yet. */
  companiesWaiting: number;
}

export type RuleNode =
  | { group: { operator: 'all' | 'any' | 'none'; children: RuleNode[] } }
  | { field: { field: string; operator: string; values: string[] } }
  | { segment: { segmentId: string; negate?: boolean } }
  | { crm: { kind: string; connectionId: string; reference: string } };

export interface Segment {
  id: string;
  name: string;
  kind: 'dynamic' | 'static';
  version: number;
  rule?: RuleNode;
  size: number;
  updatedAt?: string;
  evaluatedAt?: string;
  /** Why its members may not be what its rule says. */
  notices?: string[];
}

/** A segment whose name is shown outside of Signalbox. */
export interface PublishedSegment {
  segmentId: string;
  segmentName: string;
  name: string;
  renamed: boolean;
  enabled: boolean;
  size: number;
  publishedAt: string;
}

export interface Company {
  id: string;
  sourceId: string;
  name: string;
  website?: string;
  domain?: string;
  country?: string;
  industry?: string;
}

export interface CompanyField {
  name: string;
  label: string;
  type: string;
}

export interface CompanyImport {
  id: string;
  fileName: string;
  state: 'running' | 'finished' | 'failed';
  rowsRead: number;
  rowsCreated: number;
  rowsUpdated: number;
  rowsUnchanged: number;
  rowsRejected: number;
  problems: { line: number; code: string; message: string }[];
  failure?: string;
}

export interface MappingProfile {
  id: string;
  name: string;
  connectionId: string;
  object: string;
  environment: string;
  externalIdField?: string;
  mappings: { companyField?: string; crmField: string; constant?: string }[];
}

export interface OrchestrationKind {
  name: string;
  label: string;
  description: string;
  entitlement?: string;
  entitled: boolean;
  needsSegment: boolean;
  needsMappingProfile: boolean;
  object: string;
  /** The limits of a run where an orchestration sets none. */
  guardrails: { maxRecords: number; maxSharePercent: number; maxClears: number } | null;
}

export interface Prerequisite {
  name: string;
  met: boolean;
  code?: string;
  message?: string;
}

export interface Schedule {
  mode: 'manual' | 'daily' | 'weekly';
  weekday?: string;
}

/** When scheduled runs of the workspace happen. */
export interface NightlySync {
  /** "HH:MM", 24 hours. */
  timeOfDay: string;
  timeZone: string;
}

export interface ScheduledSubject {
  subjectId: string;
  schedule: Schedule;
  nextDueAt: string | null;
}

export interface Occurrence {
  id: string;
  subjectId: string;
  /** The local day that it stands for, "2026-11-22". */
  localDate: string;
  dueAt: string;
  requestedAt: string | null;
  state: 'requested' | 'finished' | 'skipped' | 'missed';
  late: boolean;
  runId: string | null;
  /** Why it was skipped. */
  reason: string;
}

export interface ApiToken {
  id: string;
  name: string;
  permissions: string[];
  /** Its last characters. */
  hint: string;
  createdAt: string;
  expiresAt: string | null;
  lastUsedAt: string | null;
  revokedAt: string | null;
}

export interface Orchestration {
  id: string;
  version: number;
  name: string;
  kind: string;
  segmentId: string;
  connectionId: string;
  mappingProfileId: string;
  schedule: Schedule;
  guardrails?: { maxRecords?: number; maxSharePercent?: number; maxClears?: number };
  /** The kind's own. */
  settings: Record<string, unknown>;
  /** The next run needs a person to type its name. */
  confirmationNeeded: boolean;
  latestPreviewId?: string;
  latestRunId?: string;
  updatedAt?: string;
  notice?: string;
}

export interface Plan {
  id: string;
  state: 'generating' | 'ready' | 'failed';
  planned: number;
  toWrite: number;
  skippedByReason: Record<string, number>;
  crmRecords: number;
  sharePercent: number;
  clears: number;
  guardrail?: string;
  problem?: string;
  createdAt?: string;
  readyAt?: string;
  lookedAt: number;
  toLookAt: number;
  /** What it waits for before it looks at the first record. */
  preparing?: { stage: string; done: number; total: number; perSecond: number; remainingSeconds: number | null } | null;
  outdated?: string;
  undoesRunId?: string | null;
  /** Of an undo: how many records are to be written, by action. */
  toWriteByAction?: Record<string, number>;
}

export interface PlanRecord {
  changeId: string;
  position: number;
  companyId: string;
  companyName: string;
  action: 'create' | 'update' | 'delete' | 'convert' | 'skip';
  reason: string;
  reasonText?: string;
  evidence?: {
    /** The account that it was matched to. */
    accountId?: string;
    rule?: string;
    score?: number;
    reason?: string;
    evidence?: { comparison: string; candidateValue?: string; accountValue?: string; outcome: string; contribution?: number }[];
    otherCandidates?: { accountId: string; name: string; website?: string; country?: string; score?: number }[];
  };
  /** `values`: of a field that holds several, those that come and those that go. */
  changes: { field: string; before?: string; after?: string; clear?: boolean; values?: { added: string[]; removed: string[] } | null }[];
  state: string;
  crmId?: string;
  outcomeCode?: string;
  outcomeMessage?: string;
  /** The contact that a converted lead became. */
  contactId?: string | null;
}

export type RunState = 'queued' | 'planning' | 'halted' | 'applying' | 'cancelling' | 'finished' | 'cancelled' | 'failed';

export interface Run {
  id: string;
  orchestrationId: string;
  planId?: string;
  state: RunState;
  trigger: 'person' | 'schedule';
  counts: RunCountsView;
  problem?: string;
  queuedAt?: string;
  startedAt?: string;
  finishedAt?: string;
  ratePerSecond?: number;
  requestedBy?: string;
  joined?: boolean;
  plan?: Plan;
  /** The run that this one takes back. */
  undoesRunId?: string | null;
  /** The newest run that takes this one back. */
  undoneByRunId?: string | null;
}

/** A message that a service has put aside. */
export interface ParkedMessage {
  id: string;
  service: string;
  topic: string;
  reasonCode: string;
  reason: string;
  attempts: number;
  parkedAt: string;
  runId: string | null;
  records: number;
  discardable: boolean;
}
