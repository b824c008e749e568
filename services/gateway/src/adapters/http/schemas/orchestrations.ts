import { z } from 'zod';
import { enumWords } from '../json/contract.ts';
import { named } from './registry.ts';
import { PageQuery, SamplePageQuery, id, name, pageQuery, timeZone } from './shared.ts';

const optionalId = z.string().max(100).nullish();

const Mapping = named('FieldMappingInput', z.strictObject({ companyField: z.string().max(300).default(''), crmField: z.string().min(1, 'Name the CRM field').max(300), constant: z.string().max(50_000).default('') }));
const profile = {
  name, connectionId: id, object: z.string().min(1).max(100).default('Account'), environment: z.enum(['production', 'sandbox']).default('production'),
  mappings: z.array(Mapping).max(500), externalIdField: z.string().max(300).default('').describe('CRM field that carries our id; an external id of the CRM.'),
};
export const NewMappingProfile = named('NewMappingProfile', z.strictObject(profile));
export const MappingProfilePatch = named('MappingProfilePatch', z.strictObject({
  name: name.optional(), connectionId: id.optional(), object: z.string().min(1).max(100).optional(), environment: z.enum(['production', 'sandbox']).optional(),
  mappings: z.array(Mapping).max(500).optional(), externalIdField: z.string().max(300).optional(), version: z.int().optional().describe('The version that you changed, so that nobody else’s change is lost.'),
}));
export const MappingProfilesQuery = pageQuery({ connectionId: z.string().max(100).default('') });

const Schedule = named('ScheduleInput', z.strictObject({ mode: z.enum(enumWords('orchestrations.v1.ScheduleMode')), weekday: z.enum(enumWords('orchestrations.v1.Weekday')).nullish().describe('Weekly only.') }));
const Guardrails = named('GuardrailsInput', z.strictObject({ maxRecords: z.int().min(0).default(0), maxSharePercent: z.number().min(0).max(100).default(0), maxClears: z.int().min(0).default(0) }).describe('0: the default of the kind.'));
const settings = z.record(z.string(), z.unknown()).describe('The kind’s own settings; see settingsSchema of GET /orchestration-kinds.');

export const NewOrchestration = named('NewOrchestration', z.strictObject({
  name: z.string().trim().max(200).default(''), kind: z.string().min(1).max(100), segmentId: optionalId, connectionId: optionalId, mappingProfileId: optionalId,
  schedule: Schedule.default({ mode: 'manual' }), guardrails: Guardrails.optional(), settings: settings.default({}),
}));
export const OrchestrationPatch = named('OrchestrationPatch', z.strictObject({
  name: name.optional(), segmentId: optionalId, connectionId: optionalId, mappingProfileId: optionalId, schedule: Schedule.optional(), guardrails: Guardrails.optional(), settings: settings.optional(),
  version: z.int().optional().describe('The version that you changed, so that nobody else’s change is lost.'),
}));
export const PrerequisitesBody = named('PrerequisitesQuestion', z.strictObject({ kind: z.string().min(1).max(100), connectionId: optionalId, segmentId: optionalId, mappingProfileId: optionalId, settings: settings.optional().describe('With them, one more item says what is wrong about them.') }));
export const NameScopesQuery = z.strictObject({ segmentId: z.string().max(100).default('').describe('Counted, too.') });

export const RunNowBody = named('RunNow', z.strictObject({
  previewId: z.string().max(100).default('').describe('The preview that was looked at: one that is outdated is refused, and nothing is started.'),
  confirmation: z.string().max(200).default('').describe('The name of the orchestration, typed by a person: needed where `confirmationNeeded` is true, since nothing that the run does can be undone.'),
}));

const filters = { action: z.enum(enumWords('orchestrations.v1.PlanAction')).optional(), state: z.enum(enumWords('orchestrations.v1.RecordState')).optional() };
export const PlanRecordsQuery = SamplePageQuery.extend(filters);
export const RunRecordsQuery = PageQuery.extend(filters);
export const RunsQuery = pageQuery({ orchestrationId: z.string().max(100).default('') });

export const NightlySyncBody = named('NightlySyncInput', z.strictObject({ timeOfDay: z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'Give it as HH:MM, 00:00 to 23:59'), timeZone }));
export const SubjectQuery = pageQuery({ subjectId: z.string().max(100).default('').describe('Of this orchestration only.') });
