import type { orchestrations } from '@signalbox/contracts';
import { notFound } from '@signalbox/kernel';
import type { Definition, Mechanism, PrerequisiteName } from '@signalbox/platform-orchestration';
import { readSettings } from '../domain/orchestration.ts';

/** Each prerequisite of a kind with its own message; what is not chosen yet is reported as missing (CNA-1). Settings are checked when they are given. */
export class CheckPrerequisites {
  constructor(private readonly m: Mechanism) {}

  async execute(workspaceId: string, request: orchestrations.CheckPrerequisitesRequest): Promise<orchestrations.Prerequisite[]> {
    const runtime = this.m.kinds.get(request.kind);
    if (!runtime) throw notFound('orchestrations.kind.unknown', `There is no kind "${request.kind}". Choose one of ${[...this.m.kinds.keys()].join(', ')}.`, { field: 'kind' });
    const { kind } = runtime;
    const asked = request.settingsJson !== '';
    const { settings, problems: wrong } = asked ? readSettings(request.settingsJson, kind) : { settings: {}, problems: [] };
    const definition: Definition = {
      workspaceId, orchestrationId: '', version: 0, kind: kind.name, name: '', segmentId: request.segmentId, connectionId: request.connectionId,
      mappingProfileId: request.mappingProfileId, mappingProfileVersion: 0, guardrails: { maxRecords: 0, maxSharePercent: 0, maxClears: 0 }, settings,
    };
    const problems = [...wrong, ...kind.validate(definition, await runtime.facts(definition))];
    const names: PrerequisiteName[] = ['connection'];
    if (kind.entitlement) names.unshift('entitlement');
    if (kind.needsMappingProfile) names.push('mapping_profile');
    if (kind.needsSegment) names.push('segment');
    if (asked) names.push('settings');
    return names.map((name) => {
      // What belongs to no other stands in the way of these settings.
      const mine = problems.filter((p) => p.prerequisite === name || (name === 'settings' && (p.prerequisite === undefined || !names.includes(p.prerequisite))));
      return { name, met: mine.length === 0, code: mine[0]?.code ?? '', message: mine.map((p) => p.message).join(' ') };
    });
  }
}
