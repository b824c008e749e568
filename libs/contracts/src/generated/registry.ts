// Generated from proto/ by libs/contracts/generate.mjs. Do not edit.
import type { EventTopic, RpcRule } from '../registry-types.ts';
import * as crmWriterV1Events from './signalbox/crm_writer/v1/events.ts';
import * as crmWriterV1Service from './signalbox/crm_writer/v1/service.ts';
import * as gatewayV1Service from './signalbox/gateway/v1/service.ts';
import * as matchingV1Service from './signalbox/matching/v1/service.ts';
import * as operationsV1Service from './signalbox/operations/v1/service.ts';
import * as orchestrationsV1Events from './signalbox/orchestrations/v1/events.ts';
import * as orchestrationsV1Service from './signalbox/orchestrations/v1/service.ts';
import * as schedulerV1Events from './signalbox/scheduler/v1/events.ts';
import * as schedulerV1Service from './signalbox/scheduler/v1/service.ts';
import * as segmentsV1Events from './signalbox/segments/v1/events.ts';
import * as segmentsV1Service from './signalbox/segments/v1/service.ts';

/** Every permission, as tokens carry them. */
export const PERMISSIONS = ['SEGMENTS_READ', 'SEGMENTS_WRITE', 'MATCHING_READ', 'MATCHING_WRITE', 'CONNECTIONS_READ', 'CONNECTIONS_WRITE', 'ORCHESTRATIONS_READ', 'ORCHESTRATIONS_WRITE', 'ORCHESTRATIONS_RUN', 'SCHEDULES_READ', 'SCHEDULES_WRITE', 'WORKSPACE_READ', 'WORKSPACE_ADMIN', 'INTERNAL', 'OPERATIONS_READ', 'OPERATIONS_WRITE'] as const;
export type PermissionName = (typeof PERMISSIONS)[number];

/** Every topic: name, ordering key, partitions, consumers and codec. */
export const TOPICS = {
  crmRecordsChanged: {
    name: 'crm_writer.records.changed.v1',
    message: 'signalbox.crm_writer.v1.CrmRecordsChanged',
    partitions: 8,
    consumers: ['matching'],
    key: (m) => String(m.workspaceId) + '/' + String(m.connectionId),
    workspaceId: (m) => m.workspaceId,
    encode: (m) => crmWriterV1Events.CrmRecordsChanged.encode(m).finish(),
    decode: (bytes) => crmWriterV1Events.CrmRecordsChanged.decode(bytes),
  } satisfies EventTopic<crmWriterV1Events.CrmRecordsChanged> as EventTopic<crmWriterV1Events.CrmRecordsChanged>,
  changeBatchCompleted: {
    name: 'crm_writer.change_batch.completed.v1',
    message: 'signalbox.crm_writer.v1.ChangeBatchCompleted',
    partitions: 8,
    consumers: ['orchestrations', 'matching'],
    key: (m) => String(m.workspaceId) + '/' + String(m.runId),
    workspaceId: (m) => m.workspaceId,
    encode: (m) => crmWriterV1Events.ChangeBatchCompleted.encode(m).finish(),
    decode: (bytes) => crmWriterV1Events.ChangeBatchCompleted.decode(bytes),
  } satisfies EventTopic<crmWriterV1Events.ChangeBatchCompleted> as EventTopic<crmWriterV1Events.ChangeBatchCompleted>,
  changeBatchRequested: {
    name: 'orchestrations.change_batch.requested.v1',
    message: 'signalbox.orchestrations.v1.ChangeBatchRequested',
    partitions: 8,
    consumers: ['crm-writer'],
    key: (m) => String(m.workspaceId) + '/' + String(m.connectionId) + '/' + String(m.lane),
    workspaceId: (m) => m.workspaceId,
    encode: (m) => orchestrationsV1Events.ChangeBatchRequested.encode(m).finish(),
    decode: (bytes) => orchestrationsV1Events.ChangeBatchRequested.decode(bytes),
  } satisfies EventTopic<orchestrationsV1Events.ChangeBatchRequested> as EventTopic<orchestrationsV1Events.ChangeBatchRequested>,
  runCancelled: {
    name: 'orchestrations.run.cancelled.v1',
    message: 'signalbox.orchestrations.v1.RunCancelled',
    partitions: 8,
    consumers: ['crm-writer'],
    key: (m) => String(m.workspaceId) + '/' + String(m.runId),
    workspaceId: (m) => m.workspaceId,
    encode: (m) => orchestrationsV1Events.RunCancelled.encode(m).finish(),
    decode: (bytes) => orchestrationsV1Events.RunCancelled.decode(bytes),
  } satisfies EventTopic<orchestrationsV1Events.RunCancelled> as EventTopic<orchestrationsV1Events.RunCancelled>,
  scheduleChanged: {
    name: 'orchestrations.schedule.changed.v1',
    message: 'signalbox.orchestrations.v1.ScheduleChanged',
    partitions: 8,
    consumers: ['scheduler'],
    key: (m) => String(m.workspaceId) + '/' + String(m.orchestrationId),
    workspaceId: (m) => m.workspaceId,
    encode: (m) => orchestrationsV1Events.ScheduleChanged.encode(m).finish(),
    decode: (bytes) => orchestrationsV1Events.ScheduleChanged.decode(bytes),
  } satisfies EventTopic<orchestrationsV1Events.ScheduleChanged> as EventTopic<orchestrationsV1Events.ScheduleChanged>,
  runFinished: {
    name: 'orchestrations.run.finished.v1',
    message: 'signalbox.orchestrations.v1.RunFinished',
    partitions: 8,
    consumers: ['scheduler'],
    key: (m) => String(m.workspaceId) + '/' + String(m.runId),
    workspaceId: (m) => m.workspaceId,
    encode: (m) => orchestrationsV1Events.RunFinished.encode(m).finish(),
    decode: (bytes) => orchestrationsV1Events.RunFinished.decode(bytes),
  } satisfies EventTopic<orchestrationsV1Events.RunFinished> as EventTopic<orchestrationsV1Events.RunFinished>,
  runRequested: {
    name: 'scheduler.run.requested.v1',
    message: 'signalbox.scheduler.v1.RunRequested',
    partitions: 8,
    consumers: ['orchestrations'],
    key: (m) => String(m.workspaceId) + '/' + String(m.subjectId),
    workspaceId: (m) => m.workspaceId,
    encode: (m) => schedulerV1Events.RunRequested.encode(m).finish(),
    decode: (bytes) => schedulerV1Events.RunRequested.decode(bytes),
  } satisfies EventTopic<schedulerV1Events.RunRequested> as EventTopic<schedulerV1Events.RunRequested>,
  segmentMembershipChanged: {
    name: 'segments.membership.changed.v1',
    message: 'signalbox.segments.v1.SegmentMembershipChanged',
    partitions: 8,
    consumers: [],
    key: (m) => String(m.workspaceId) + '/' + String(m.segmentId),
    workspaceId: (m) => m.workspaceId,
    encode: (m) => segmentsV1Events.SegmentMembershipChanged.encode(m).finish(),
    decode: (bytes) => segmentsV1Events.SegmentMembershipChanged.decode(bytes),
  } satisfies EventTopic<segmentsV1Events.SegmentMembershipChanged> as EventTopic<segmentsV1Events.SegmentMembershipChanged>,
} as const;

/** Every RPC: who may call it, whether it may be repeated, and its deadline. */
export const RPCS: Readonly<Record<string, RpcRule>> = {
  '/signalbox.crm_writer.v1.CrmWriterService/ListProviders': { permission: 'CONNECTIONS_READ', idempotency: 'READ', timeoutMs: 5000 },
  '/signalbox.crm_writer.v1.CrmWriterService/CreateConnection': { permission: 'CONNECTIONS_WRITE', idempotency: 'NONE', timeoutMs: 60000 },
  '/signalbox.crm_writer.v1.CrmWriterService/UpdateConnection': { permission: 'CONNECTIONS_WRITE', idempotency: 'IDEMPOTENT', timeoutMs: 60000 },
  '/signalbox.crm_writer.v1.CrmWriterService/DeleteConnection': { permission: 'CONNECTIONS_WRITE', idempotency: 'IDEMPOTENT', timeoutMs: 10000 },
  '/signalbox.crm_writer.v1.CrmWriterService/GetConnection': { permission: 'CONNECTIONS_READ', idempotency: 'READ', timeoutMs: 5000 },
  '/signalbox.crm_writer.v1.CrmWriterService/ListConnections': { permission: 'CONNECTIONS_READ', idempotency: 'READ', timeoutMs: 5000 },
  '/signalbox.crm_writer.v1.CrmWriterService/TestConnection': { permission: 'CONNECTIONS_WRITE', idempotency: 'IDEMPOTENT', timeoutMs: 60000 },
  '/signalbox.crm_writer.v1.CrmWriterService/DescribeObject': { permission: 'CONNECTIONS_READ', idempotency: 'READ', timeoutMs: 60000 },
  '/signalbox.crm_writer.v1.CrmWriterService/RefreshMirror': { permission: 'CONNECTIONS_READ', idempotency: 'IDEMPOTENT', timeoutMs: 1800000 },
  '/signalbox.crm_writer.v1.CrmWriterService/GetMirrorStatus': { permission: 'CONNECTIONS_READ', idempotency: 'READ', timeoutMs: 5000 },
  '/signalbox.crm_writer.v1.CrmWriterService/ListCrmRecords': { permission: 'CONNECTIONS_READ', idempotency: 'READ', timeoutMs: 10000 },
  '/signalbox.crm_writer.v1.CrmWriterService/ListWrites': { permission: 'CONNECTIONS_READ', idempotency: 'READ', timeoutMs: 10000 },
  '/signalbox.gateway.v1.AccessService/IntrospectToken': { permission: 'INTERNAL', idempotency: 'READ', timeoutMs: 5000 },
  '/signalbox.gateway.v1.AccessService/ListEntitlements': { permission: 'WORKSPACE_READ', idempotency: 'READ', timeoutMs: 5000 },
  '/signalbox.gateway.v1.AccessService/PutEntitlement': { permission: 'WORKSPACE_ADMIN', idempotency: 'IDEMPOTENT', timeoutMs: 5000 },
  '/signalbox.gateway.v1.AccessService/GetWorkspace': { permission: 'WORKSPACE_READ', idempotency: 'READ', timeoutMs: 5000 },
  '/signalbox.matching.v1.MatchingService/Match': { permission: 'MATCHING_READ', idempotency: 'READ', timeoutMs: 5000 },
  '/signalbox.matching.v1.MatchingService/MatchStream': { permission: 'MATCHING_READ', idempotency: 'READ', timeoutMs: 0 },
  '/signalbox.matching.v1.MatchingService/FindDuplicates': { permission: 'MATCHING_READ', idempotency: 'READ', timeoutMs: 0 },
  '/signalbox.matching.v1.MatchingService/Explain': { permission: 'MATCHING_READ', idempotency: 'READ', timeoutMs: 5000 },
  '/signalbox.matching.v1.MatchingService/GetMatchRules': { permission: 'MATCHING_READ', idempotency: 'READ', timeoutMs: 5000 },
  '/signalbox.matching.v1.MatchingService/PutMatchRules': { permission: 'MATCHING_WRITE', idempotency: 'IDEMPOTENT', timeoutMs: 5000 },
  '/signalbox.matching.v1.MatchingService/GetIndexPosition': { permission: 'MATCHING_READ', idempotency: 'READ', timeoutMs: 5000 },
  '/signalbox.matching.v1.MatchingService/ListLinks': { permission: 'MATCHING_READ', idempotency: 'READ', timeoutMs: 5000 },
  '/signalbox.operations.v1.OperationsService/ListParkedMessages': { permission: 'OPERATIONS_READ', idempotency: 'READ', timeoutMs: 10000 },
  '/signalbox.operations.v1.OperationsService/ReplayParkedMessage': { permission: 'OPERATIONS_WRITE', idempotency: 'NONE', timeoutMs: 10000 },
  '/signalbox.operations.v1.OperationsService/DiscardParkedMessage': { permission: 'OPERATIONS_WRITE', idempotency: 'NONE', timeoutMs: 60000 },
  '/signalbox.orchestrations.v1.OrchestrationsService/ListKinds': { permission: 'ORCHESTRATIONS_READ', idempotency: 'READ', timeoutMs: 5000 },
  '/signalbox.orchestrations.v1.OrchestrationsService/CheckPrerequisites': { permission: 'ORCHESTRATIONS_READ', idempotency: 'READ', timeoutMs: 60000 },
  '/signalbox.orchestrations.v1.OrchestrationsService/CreateMappingProfile': { permission: 'ORCHESTRATIONS_WRITE', idempotency: 'NONE', timeoutMs: 60000 },
  '/signalbox.orchestrations.v1.OrchestrationsService/UpdateMappingProfile': { permission: 'ORCHESTRATIONS_WRITE', idempotency: 'IDEMPOTENT', timeoutMs: 60000 },
  '/signalbox.orchestrations.v1.OrchestrationsService/GetMappingProfile': { permission: 'ORCHESTRATIONS_READ', idempotency: 'READ', timeoutMs: 5000 },
  '/signalbox.orchestrations.v1.OrchestrationsService/ListMappingProfiles': { permission: 'ORCHESTRATIONS_READ', idempotency: 'READ', timeoutMs: 5000 },
  '/signalbox.orchestrations.v1.OrchestrationsService/DeleteMappingProfile': { permission: 'ORCHESTRATIONS_WRITE', idempotency: 'IDEMPOTENT', timeoutMs: 5000 },
  '/signalbox.orchestrations.v1.OrchestrationsService/CreateOrchestration': { permission: 'ORCHESTRATIONS_WRITE', idempotency: 'NONE', timeoutMs: 60000 },
  '/signalbox.orchestrations.v1.OrchestrationsService/UpdateOrchestration': { permission: 'ORCHESTRATIONS_WRITE', idempotency: 'IDEMPOTENT', timeoutMs: 60000 },
  '/signalbox.orchestrations.v1.OrchestrationsService/GetOrchestration': { permission: 'ORCHESTRATIONS_READ', idempotency: 'READ', timeoutMs: 5000 },
  '/signalbox.orchestrations.v1.OrchestrationsService/ListOrchestrations': { permission: 'ORCHESTRATIONS_READ', idempotency: 'READ', timeoutMs: 5000 },
  '/signalbox.orchestrations.v1.OrchestrationsService/DeleteOrchestration': { permission: 'ORCHESTRATIONS_WRITE', idempotency: 'IDEMPOTENT', timeoutMs: 5000 },
  '/signalbox.orchestrations.v1.OrchestrationsService/GeneratePreview': { permission: 'ORCHESTRATIONS_READ', idempotency: 'IDEMPOTENT', timeoutMs: 10000 },
  '/signalbox.orchestrations.v1.OrchestrationsService/GetPlan': { permission: 'ORCHESTRATIONS_READ', idempotency: 'READ', timeoutMs: 5000 },
  '/signalbox.orchestrations.v1.OrchestrationsService/ListPlanRecords': { permission: 'ORCHESTRATIONS_READ', idempotency: 'READ', timeoutMs: 10000 },
  '/signalbox.orchestrations.v1.OrchestrationsService/StreamPlanRecords': { permission: 'ORCHESTRATIONS_READ', idempotency: 'READ', timeoutMs: 0 },
  '/signalbox.orchestrations.v1.OrchestrationsService/RunNow': { permission: 'ORCHESTRATIONS_RUN', idempotency: 'IDEMPOTENT', timeoutMs: 10000 },
  '/signalbox.orchestrations.v1.OrchestrationsService/GetRun': { permission: 'ORCHESTRATIONS_READ', idempotency: 'READ', timeoutMs: 5000 },
  '/signalbox.orchestrations.v1.OrchestrationsService/ListRuns': { permission: 'ORCHESTRATIONS_READ', idempotency: 'READ', timeoutMs: 5000 },
  '/signalbox.orchestrations.v1.OrchestrationsService/WatchRun': { permission: 'ORCHESTRATIONS_READ', idempotency: 'READ', timeoutMs: 0 },
  '/signalbox.orchestrations.v1.OrchestrationsService/CancelRun': { permission: 'ORCHESTRATIONS_RUN', idempotency: 'IDEMPOTENT', timeoutMs: 10000 },
  '/signalbox.orchestrations.v1.OrchestrationsService/OverrideRun': { permission: 'ORCHESTRATIONS_RUN', idempotency: 'IDEMPOTENT', timeoutMs: 10000 },
  '/signalbox.scheduler.v1.SchedulerService/GetNightlySync': { permission: 'SCHEDULES_READ', idempotency: 'READ', timeoutMs: 5000 },
  '/signalbox.scheduler.v1.SchedulerService/PutNightlySync': { permission: 'SCHEDULES_WRITE', idempotency: 'IDEMPOTENT', timeoutMs: 5000 },
  '/signalbox.scheduler.v1.SchedulerService/ListSchedules': { permission: 'SCHEDULES_READ', idempotency: 'READ', timeoutMs: 5000 },
  '/signalbox.scheduler.v1.SchedulerService/ListOccurrences': { permission: 'SCHEDULES_READ', idempotency: 'READ', timeoutMs: 5000 },
  '/signalbox.segments.v1.SegmentsService/CreateSegment': { permission: 'SEGMENTS_WRITE', idempotency: 'NONE', timeoutMs: 60000 },
  '/signalbox.segments.v1.SegmentsService/UpdateSegment': { permission: 'SEGMENTS_WRITE', idempotency: 'IDEMPOTENT', timeoutMs: 60000 },
  '/signalbox.segments.v1.SegmentsService/DeleteSegment': { permission: 'SEGMENTS_WRITE', idempotency: 'IDEMPOTENT', timeoutMs: 10000 },
  '/signalbox.segments.v1.SegmentsService/GetSegment': { permission: 'SEGMENTS_READ', idempotency: 'READ', timeoutMs: 10000 },
  '/signalbox.segments.v1.SegmentsService/ListSegments': { permission: 'SEGMENTS_READ', idempotency: 'READ', timeoutMs: 10000 },
  '/signalbox.segments.v1.SegmentsService/GetSegmentClosure': { permission: 'SEGMENTS_READ', idempotency: 'READ', timeoutMs: 10000 },
  '/signalbox.segments.v1.SegmentsService/PreviewRule': { permission: 'SEGMENTS_READ', idempotency: 'READ', timeoutMs: 60000 },
  '/signalbox.segments.v1.SegmentsService/ListMembers': { permission: 'SEGMENTS_READ', idempotency: 'READ', timeoutMs: 10000 },
  '/signalbox.segments.v1.SegmentsService/StreamMembers': { permission: 'SEGMENTS_READ', idempotency: 'READ', timeoutMs: 0 },
  '/signalbox.segments.v1.SegmentsService/ChangeMembers': { permission: 'SEGMENTS_WRITE', idempotency: 'IDEMPOTENT', timeoutMs: 60000 },
  '/signalbox.segments.v1.SegmentsService/ImportCompanies': { permission: 'SEGMENTS_WRITE', idempotency: 'NONE', timeoutMs: 0 },
  '/signalbox.segments.v1.SegmentsService/GetImport': { permission: 'SEGMENTS_READ', idempotency: 'READ', timeoutMs: 10000 },
  '/signalbox.segments.v1.SegmentsService/ListImports': { permission: 'SEGMENTS_READ', idempotency: 'READ', timeoutMs: 10000 },
  '/signalbox.segments.v1.SegmentsService/ListImportProblems': { permission: 'SEGMENTS_READ', idempotency: 'READ', timeoutMs: 10000 },
  '/signalbox.segments.v1.SegmentsService/UpsertCompanies': { permission: 'SEGMENTS_WRITE', idempotency: 'IDEMPOTENT', timeoutMs: 60000 },
  '/signalbox.segments.v1.SegmentsService/ListCompanies': { permission: 'SEGMENTS_READ', idempotency: 'READ', timeoutMs: 10000 },
  '/signalbox.segments.v1.SegmentsService/ListCompanyFields': { permission: 'SEGMENTS_READ', idempotency: 'READ', timeoutMs: 10000 },
};

/** Every gRPC service, by its full name. */
export const SERVICES = {
  'signalbox.crm_writer.v1.CrmWriterService': crmWriterV1Service.CrmWriterServiceDefinition,
  'signalbox.gateway.v1.AccessService': gatewayV1Service.AccessServiceDefinition,
  'signalbox.matching.v1.MatchingService': matchingV1Service.MatchingServiceDefinition,
  'signalbox.operations.v1.OperationsService': operationsV1Service.OperationsServiceDefinition,
  'signalbox.orchestrations.v1.OrchestrationsService': orchestrationsV1Service.OrchestrationsServiceDefinition,
  'signalbox.scheduler.v1.SchedulerService': schedulerV1Service.SchedulerServiceDefinition,
  'signalbox.segments.v1.SegmentsService': segmentsV1Service.SegmentsServiceDefinition,
} as const;
