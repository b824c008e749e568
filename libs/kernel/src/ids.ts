/** Ids are strings that do not mix: passing a SegmentId where a RunId is wanted does not compile. */
declare const kindOf: unique symbol;
export type Id<Kind extends string> = string & { readonly [kindOf]: Kind };

export type WorkspaceId = Id<'workspace'>;
export type ConnectionId = Id<'connection'>;
export type SegmentId = Id<'segment'>;
export type CompanyId = Id<'company'>;
export type OrchestrationId = Id<'orchestration'>;
export type RunId = Id<'run'>;
export type PlanId = Id<'plan'>;

/** Where ids come from. UUID version 7: random, and sorted by the time of their making. */
export interface IdSource {
  next(): string;
}
