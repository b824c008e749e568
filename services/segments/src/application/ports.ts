import type { segments, types } from '@signalbox/contracts';
import type { CompanyDraft } from '../domain/company.ts';
import type { RowProblem } from '../domain/csv/company-rows.ts';
import type { ColumnField } from '../domain/csv/header.ts';
import type { RuleFacts } from '../domain/rules/check-rule.ts';
import type { SegmentGraph } from '../domain/rules/dependencies.ts';
import type { Page, PageAsked } from './page.ts';

/** Which values a source has: the others of a known company are left as they are. */
export interface SourceColumns {
  fields: ReadonlySet<ColumnField>;
  attributes: readonly string[];
}

export interface UpsertOutcome {
  companyId: string;
  created: boolean;
  changed: boolean;
}

export interface Companies {
  /** Creates or replaces by source id; an outcome per company, in order. */
  upsert(workspaceId: string, companies: readonly CompanyDraft[]): Promise<UpsertOutcome[]>;
  list(workspaceId: string, search: string, page: PageAsked): Promise<Page<types.Company>>;
  /** Names of the attributes that companies of the workspace have, sorted. */
  attributeNames(workspaceId: string): Promise<string[]>;
  /** Companies that satisfy a checked rule now, and the first of them. */
  preview(workspaceId: string, rule: segments.RuleNode, sampleSize: number): Promise<{ size: number; sample: types.Company[] }>;
}

/** What is known when a segment is saved; nobody else saves one in the workspace meanwhile. */
export interface WorkspaceFacts extends RuleFacts {
  graph: SegmentGraph;
}

export interface SegmentDraft {
  id: string;
  name: string;
  kind: segments.SegmentKind;
  rule: segments.RuleNode | undefined;
}

export interface Segments {
  facts(workspaceId: string): Promise<WorkspaceFacts>;
  /** `decide` sees the workspace as it is, and throws to refuse. */
  create(workspaceId: string, decide: (facts: WorkspaceFacts) => SegmentDraft): Promise<void>;
  /** `decide` gives the segment as it is to be, or undefined when nothing changes. NotFound when there is none. */
  update(workspaceId: string, id: string, decide: (present: segments.Segment, facts: WorkspaceFacts) => SegmentDraft | undefined): Promise<void>;
  /** Conflict when another one is built from it. */
  delete(workspaceId: string, id: string): Promise<void>;
  get(workspaceId: string, ids: readonly string[]): Promise<segments.Segment[]>;
  list(workspaceId: string, page: PageAsked): Promise<Page<segments.Segment>>;
}

export interface Publication {
  segmentId: string;
  /** Without: the segment's own, also when that changes. */
  name?: string;
  enabled: boolean;
}

/** Published segments, as they are listed: by published name. */
export interface PublishedNames {
  list(workspaceId: string): Promise<segments.PublishedSegment[]>;
  /** NotFound when there is no such segment; Conflict when the name is taken, or `most` others are published. */
  put(workspaceId: string, publication: Publication, most: number): Promise<void>;
  remove(workspaceId: string, segmentId: string): Promise<void>;
  /** The id `size` companies after this one, or the last one's; undefined when none comes after it. */
  border(workspaceId: string, after: string | undefined, size: number): Promise<string | undefined>;
  /** Companies above `after`, up to `through`, that are in any of these segments: each once, in the order of ids, with the places of its segments in the list. */
  places(workspaceId: string, segmentIds: readonly string[], after: string | undefined, through: string): Promise<{ companyId: string; places: number[] }[]>;
}

/** Version of the workspace's companies, and how many there are. */
export interface CompaniesPosition {
  version: number;
  companies: number;
}

/** What others are told of companies. */
export interface CompanyNews {
  /** Workspaces of which not everything has been told. */
  waiting(): Promise<string[]>;
  position(workspaceId: string): Promise<CompaniesPosition>;
  /** Tells of the next companies that changed, about `most` of them, in one transaction; true when nothing was left. */
  tell(workspaceId: string, most: number): Promise<boolean>;
}

export interface MembersChanged {
  added: string[];
  removed: string[];
  unknown: string[];
}

export interface Members {
  list(workspaceId: string, segmentId: string, page: PageAsked): Promise<Page<types.Company>>;
  /** Members with a company id above `after`, in the order of ids. */
  after(workspaceId: string, segmentId: string, after: string | undefined, limit: number): Promise<types.Company[]>;
  /** Of a static segment. */
  change(workspaceId: string, segmentId: string, add: readonly string[], remove: readonly string[]): Promise<MembersChanged>;
  /** Dynamic segments that are behind their companies, their rule or what they are built from. */
  stale(workspaceId: string): Promise<ReadonlySet<string>>;
  staleWorkspaces(): Promise<string[]>;
  /** Brings one segment up to date, unless it is; gives whether anybody entered or left. */
  evaluate(workspaceId: string, segmentId: string): Promise<boolean>;
}

export interface ImportKey {
  workspaceId: string;
  id: string;
}

export interface ImportProgress {
  bytesRead: number;
  rowsRead: number;
  rowsRejected: number;
}

export interface ImportBatch {
  companies: readonly CompanyDraft[];
  columns: SourceColumns;
  problems: readonly RowProblem[];
  progress: ImportProgress;
}

export interface BatchCounts {
  created: number;
  updated: number;
  unchanged: number;
}

export interface Imports {
  /** Runs `work` while this process is known to be at it; `lost` is aborted when that can no longer be told. */
  whileAtWork<T>(key: ImportKey, work: (lost: AbortSignal) => Promise<T>): Promise<T>;
  begin(key: ImportKey, file: { name: string; sizeBytes: number; startedAt: Date }): Promise<void>;
  /** Stores the companies, the problems and the progress in one transaction. */
  write(key: ImportKey, batch: ImportBatch): Promise<BatchCounts>;
  /** Ends a running import; an ended one stays as it is. */
  end(key: ImportKey, end: { failure?: string; bytesRead?: number; finishedAt: Date }): Promise<void>;
  /** Fails the running imports that no process is at any more; gives how many. */
  failAbandoned(finishedAt: Date): Promise<number>;
  get(key: ImportKey): Promise<segments.CompanyImport | undefined>;
  list(workspaceId: string, page: PageAsked): Promise<Page<segments.CompanyImport>>;
  problems(key: ImportKey, page: PageAsked): Promise<Page<segments.ImportProblem>>;
}

/** Resolves after `ms` milliseconds, or at once when the signal is aborted. */
export type Pause = (ms: number, signal: AbortSignal) => Promise<void>;

/** What the use cases count. */
export interface Measures {
  importRows(outcome: 'created' | 'updated' | 'unchanged' | 'rejected', rows: number): void;
  importEnded(outcome: 'finished' | 'failed'): void;
  evaluated(seconds: number): void;
  evaluationFailed(): void;
}
