import { orchestrations } from '@signalbox/contracts';
import { guardrailProblems, type AnyKind, type Definition, type KindProblem } from '@signalbox/platform-orchestration';

const { ScheduleMode, Weekday } = orchestrations;

/** A saved orchestration; `latest…` ids are looked up when it is shown. */
export interface StoredOrchestration extends Definition {
  schedule: orchestrations.Schedule;
  createdAt: Date;
  updatedAt: Date;
}

/** What a person has filled in, as it is stored. */
export interface Draft {
  name: string;
  kind: string;
  segmentId: string;
  connectionId: string;
  mappingProfileId: string;
  schedule: orchestrations.Schedule;
  guardrails: orchestrations.Guardrails;
  settings: unknown;
}

const MANUAL: orchestrations.Schedule = { mode: ScheduleMode.MANUAL, weekday: Weekday.UNSPECIFIED };
const NO_LIMITS: orchestrations.Guardrails = { maxRecords: 0, maxSharePercent: 0, maxClears: 0 };

const missing = (field: string, message: string): KindProblem => ({ code: 'orchestrations.incomplete', field, message });

/** Manual unless something else was chosen; the weekday of a schedule that is not weekly is forgotten. */
export function scheduleOf(given: orchestrations.Schedule | undefined): orchestrations.Schedule {
  if (!given || given.mode === ScheduleMode.UNSPECIFIED || given.mode === ScheduleMode.MANUAL) return MANUAL;
  return given.mode === ScheduleMode.WEEKLY ? given : { mode: given.mode, weekday: Weekday.UNSPECIFIED };
}

function scheduleProblems(schedule: orchestrations.Schedule): KindProblem[] {
  const known = [ScheduleMode.MANUAL, ScheduleMode.DAILY, ScheduleMode.WEEKLY];
  if (!known.includes(schedule.mode)) return [{ code: 'orchestrations.schedule.unknown', field: 'schedule.mode', message: 'The schedule must be manual, daily or weekly.' }];
  if (schedule.mode !== ScheduleMode.WEEKLY) return [];
  if (schedule.weekday === Weekday.UNSPECIFIED) return [missing('schedule.weekday', 'Choose the weekday on which the weekly run happens.')];
  if (!Object.values(Weekday).includes(schedule.weekday)) return [{ code: 'orchestrations.schedule.unknown', field: 'schedule.weekday', message: 'The weekday must be Monday to Sunday.' }];
  return [];
}

export function readSettings(json: string, kind: AnyKind): { settings: unknown; problems: KindProblem[] } {
  const wrong = (field: string, message: string): KindProblem => ({ code: 'orchestrations.settings.invalid', field, message });
  let given: unknown;
  try {
    given = json.trim() === '' ? {} : JSON.parse(json);
  } catch (error) {
    return { settings: {}, problems: [wrong('settings_json', `The settings are not valid JSON: ${(error as Error).message}.`)] };
  }
  const read = kind.settingsSchema.safeParse(given);
  if (read.success) return { settings: read.data, problems: [] };
  return { settings: {}, problems: read.error.issues.map((i) => wrong(['settings', ...i.path.map(String)].join('.'), `${i.message}. Look at the settings of the kind "${kind.name}".`)) };
}

/** What was sent, as a draft, with every field that is missing or wrong (ORC-1). The prerequisites are checked elsewhere. */
export function readDraft(given: orchestrations.Orchestration, kinds: ReadonlyMap<string, { kind: AnyKind }>): { draft: Draft; problems: KindProblem[] } {
  const problems: KindProblem[] = [];
  const name = given.name.trim();
  if (!name) problems.push(missing('name', 'Give the orchestration a name.'));
  if (name.length > 200) problems.push({ code: 'orchestrations.name_too_long', field: 'name', message: 'A name has at most 200 characters.' });
  const kind = kinds.get(given.kind)?.kind;
  if (!given.kind) problems.push(missing('kind', `Choose what it does: ${[...kinds.keys()].join(', ')}.`));
  else if (!kind) problems.push({ code: 'orchestrations.kind.unknown', field: 'kind', message: `There is no kind "${given.kind}". Choose one of ${[...kinds.keys()].join(', ')}.` });
  if ((kind?.needsSegment ?? true) && !given.segmentId) problems.push(missing('segment_id', 'Choose a segment.'));
  if (!given.connectionId) problems.push(missing('connection_id', 'Choose the CRM connection that is written to.'));
  if ((kind?.needsMappingProfile ?? true) && !given.mappingProfileId) problems.push(missing('mapping_profile_id', 'Choose a mapping profile.'));
  const schedule = scheduleOf(given.schedule);
  problems.push(...scheduleProblems(schedule), ...guardrailProblems(given.guardrails));
  const read = kind ? readSettings(given.settingsJson, kind) : { settings: {}, problems: [] };
  problems.push(...read.problems);
  const draft: Draft = {
    name, kind: given.kind, segmentId: given.segmentId, connectionId: given.connectionId, mappingProfileId: given.mappingProfileId,
    schedule, guardrails: given.guardrails ?? NO_LIMITS, settings: read.settings,
  };
  return { draft, problems };
}

/** To be checked before it is saved; it is not planned from, so the profile's version is left out. */
export const toDefinition = (workspaceId: string, orchestrationId: string, version: number, draft: Draft): Definition => ({
  workspaceId, orchestrationId, version, kind: draft.kind, name: draft.name, segmentId: draft.segmentId, connectionId: draft.connectionId,
  mappingProfileId: draft.mappingProfileId, mappingProfileVersion: 0, guardrails: draft.guardrails, settings: draft.settings,
});

export const sameSchedule = (a: orchestrations.Schedule, b: orchestrations.Schedule): boolean => a.mode === b.mode && a.weekday === b.weekday;

/** What a change of an orchestration makes it necessary to check anew. */
export function recheckNeeded(before: StoredOrchestration, after: Draft): { prerequisites: boolean; entitlement: boolean } {
  const prerequisites = before.segmentId !== after.segmentId || before.connectionId !== after.connectionId || before.mappingProfileId !== after.mappingProfileId
    || JSON.stringify(before.settings) !== JSON.stringify(after.settings);
  // Going back to manual must always be possible, whatever has become of the package or the CRM (ORC-6, ORC-7).
  const scheduled = after.schedule.mode !== ScheduleMode.MANUAL && !sameSchedule(before.schedule, after.schedule);
  return { prerequisites, entitlement: prerequisites || scheduled };
}
