import type { kinds } from '@signalbox/contracts';
import { invalid, notFound } from '@signalbox/kernel';
import type { Handlers } from '@signalbox/platform-grpc';
import type { AnyRuntime, CrmPicture, Definition, Preparing } from '@signalbox/platform-orchestration';
import { withProgress } from './with-progress.ts';

function toDefinition(workspaceId: string, runtime: AnyRuntime, given: kinds.KindDefinition | undefined): Definition {
  if (!given) throw invalid('lead_conversion.definition.missing', 'The request has no definition.', { field: 'definition' });
  if (given.kind !== runtime.kind.name) throw notFound('lead_conversion.kind.unknown', `This service plans ${runtime.kind.name}, not "${given.kind}".`, { field: 'definition.kind' });
  const { settingsJson, guardrails, ...definition } = given;
  return { ...definition, workspaceId, guardrails: guardrails ?? { maxRecords: 0, maxSharePercent: 0, maxClears: 0 }, settings: JSON.parse(settingsJson || '{}') as unknown };
}

/** KindHostService over the runtime of one kind. */
export function kindHandlers(runtime: AnyRuntime): Handlers<typeof kinds.KindHostServiceDefinition> {
  const { kind } = runtime;
  return {
    async checkDefinition(request, { principal, signal }) {
      const definition = toDefinition(principal.workspaceId, runtime, request.definition);
      const facts: unknown = await runtime.facts(definition, signal);
      const problems = kind.validate(definition, facts).map((p) => ({ ...p, prerequisite: p.prerequisite ?? '' }));
      return { problems, target: problems.length > 0 ? undefined : runtime.target(definition, facts) };
    },
    async *refreshPicture(request, { principal, signal }) {
      const definition = toDefinition(principal.workspaceId, runtime, request.definition);
      for await (const { progress, result } of withProgress<Preparing, CrmPicture>((report) => runtime.refresh(definition, signal, report))) yield { preparing: progress, picture: result };
    },
    async *streamPlan(request, { principal, signal }) {
      const definition = toDefinition(principal.workspaceId, runtime, request.definition);
      const stream = runtime.open(definition, await runtime.facts(definition, signal), signal, request.planId);
      yield { expected: await stream.expected, lookedAt: 0, records: [] };
      const state: unknown = kind.begin(definition, undefined);
      for await (const batch of stream.batches) {
        yield { expected: 0, lookedAt: batch.length, records: kind.plan(batch, state).map((record) => ({ ...record, reasonText: kind.describe(record) })) };
      }
    },
  };
}
