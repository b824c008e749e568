import { Controller, Delete, Get, HttpCode, Inject, Param, Patch, Post } from '@nestjs/common';
import type { z } from 'zod';
import type { orchestrations } from '@signalbox/contracts';
import type { Clients } from '../../grpc/clients.ts';
import { one, pageOf } from '../contract-docs.ts';
import { fromJson } from '../json/from-json.ts';
import { toJson, toPage } from '../json/to-json.ts';
import { Answers, BodyOf, CallerOf, Once, QueryOf, Requires, type Caller } from '../routing.ts';
import { MappingProfilePatch, MappingProfilesQuery, NameScopesQuery, NewMappingProfile, NewOrchestration, OrchestrationPatch, PrerequisitesBody } from '../schemas/orchestrations.ts';
import { PageQuery, pageRequest } from '../schemas/shared.ts';
import { CLIENTS } from '../tokens.ts';

const PROFILE = 'orchestrations.v1.MappingProfile';
const ORCHESTRATION = 'orchestrations.v1.Orchestration';

@Controller('api/v1/mapping-profiles')
export class MappingProfilesController {
  constructor(@Inject(CLIENTS) private readonly clients: Clients) {}

  @Get()
  @Requires('ORCHESTRATIONS_READ')
  @Answers('Mapping profiles.', pageOf('orchestrations.v1.ListMappingProfilesResponse'))
  async list(@CallerOf() { call }: Caller, @QueryOf(MappingProfilesQuery) query: z.infer<typeof MappingProfilesQuery>) {
    const request = { connectionId: query.connectionId, page: pageRequest(query) };
    return toPage('orchestrations.v1.ListMappingProfilesResponse', await this.clients.orchestrations.listMappingProfiles(request, call));
  }

  @Post()
  @Requires('ORCHESTRATIONS_WRITE')
  @Once({ repeatable: false })
  @Answers('Makes a mapping profile. Fields that the CRM does not let us write are refused by name.', one(PROFILE), { status: 201 })
  async create(@CallerOf() { call }: Caller, @BodyOf(NewMappingProfile) body: z.infer<typeof NewMappingProfile>) {
    return toJson(PROFILE, await this.clients.orchestrations.createMappingProfile({ profile: body }, call));
  }

  @Get(':id')
  @Requires('ORCHESTRATIONS_READ')
  @Answers('One mapping profile.', one(PROFILE))
  async get(@CallerOf() { call }: Caller, @Param('id') id: string) {
    return toJson(PROFILE, await this.clients.orchestrations.getMappingProfile({ id }, call));
  }

  @Patch(':id')
  @Requires('ORCHESTRATIONS_WRITE', 'ORCHESTRATIONS_READ')
  @Answers('Changes a mapping profile; what is not named stays.', one(PROFILE))
  async update(@CallerOf() { call }: Caller, @Param('id') id: string, @BodyOf(MappingProfilePatch) body: z.infer<typeof MappingProfilePatch>) {
    const now = await this.clients.orchestrations.getMappingProfile({ id }, call);
    return toJson(PROFILE, await this.clients.orchestrations.updateMappingProfile({ profile: { ...now, ...fromJson<Partial<orchestrations.MappingProfile>>(PROFILE, body), id } }, call));
  }

  @Delete(':id')
  @Requires('ORCHESTRATIONS_WRITE')
  @HttpCode(204)
  @Answers('Deletes a mapping profile.', undefined)
  async remove(@CallerOf() { call }: Caller, @Param('id') id: string) {
    await this.clients.orchestrations.deleteMappingProfile({ id }, call);
  }
}

/** Null takes a choice away; what is absent stays. */
function patched(now: orchestrations.Orchestration, body: z.infer<typeof OrchestrationPatch>): orchestrations.Orchestration {
  const cleared = Object.fromEntries(Object.entries(body).filter(([, value]) => value === null).map(([key]) => [key, '']));
  return { ...now, ...fromJson<Partial<orchestrations.Orchestration>>(ORCHESTRATION, body), ...cleared, id: now.id };
}

@Controller('api/v1')
export class OrchestrationsController {
  constructor(@Inject(CLIENTS) private readonly clients: Clients) {}

  @Get('orchestration-kinds')
  @Requires('ORCHESTRATIONS_READ')
  @Answers('The kinds of orchestrations, with the schema of their own settings.', pageOf('orchestrations.v1.ListKindsResponse'))
  async kinds(@CallerOf() { call }: Caller) {
    return toPage('orchestrations.v1.ListKindsResponse', await this.clients.orchestrations.listKinds({}, call));
  }

  @Post('orchestrations/prerequisites')
  @Requires('ORCHESTRATIONS_READ')
  @HttpCode(200)
  @Answers('Each prerequisite of a kind with its own message.', pageOf('orchestrations.v1.CheckPrerequisitesResponse'))
  async prerequisites(@CallerOf() { call }: Caller, @BodyOf(PrerequisitesBody) body: z.infer<typeof PrerequisitesBody>) {
    const request = fromJson<orchestrations.CheckPrerequisitesRequest>('orchestrations.v1.CheckPrerequisitesRequest', body);
    return toPage('orchestrations.v1.CheckPrerequisitesResponse', await this.clients.orchestrations.checkPrerequisites(request, call));
  }

  @Get('connections/:id/segment-name-scopes')
  @Requires('ORCHESTRATIONS_READ')
  @Answers('How many accounts each scope of Push Segment Names would write; the others are left as they are.', one('orchestrations.v1.CountNameScopesResponse'))
  async nameScopes(@CallerOf() { call }: Caller, @Param('id') id: string, @QueryOf(NameScopesQuery) { segmentId }: z.infer<typeof NameScopesQuery>) {
    return toJson('orchestrations.v1.CountNameScopesResponse', await this.clients.orchestrations.countNameScopes({ connectionId: id, segmentId }, call));
  }

  @Get('orchestrations')
  @Requires('ORCHESTRATIONS_READ')
  @Answers('Orchestrations.', pageOf('orchestrations.v1.ListOrchestrationsResponse'))
  async list(@CallerOf() { call }: Caller, @QueryOf(PageQuery) query: PageQuery) {
    return toPage('orchestrations.v1.ListOrchestrationsResponse', await this.clients.orchestrations.listOrchestrations({ page: pageRequest(query) }, call));
  }

  @Post('orchestrations')
  @Requires('ORCHESTRATIONS_WRITE')
  @Once({ repeatable: false })
  @Answers('Saves an orchestration. Nothing runs; a preview is generated.', one(ORCHESTRATION), { status: 201 })
  async create(@CallerOf() { call }: Caller, @BodyOf(NewOrchestration) body: z.infer<typeof NewOrchestration>) {
    return toJson(ORCHESTRATION, await this.clients.orchestrations.createOrchestration({ orchestration: fromJson<orchestrations.Orchestration>(ORCHESTRATION, body) }, call));
  }

  @Get('orchestrations/:id')
  @Requires('ORCHESTRATIONS_READ')
  @Answers('One orchestration.', one(ORCHESTRATION))
  async get(@CallerOf() { call }: Caller, @Param('id') id: string) {
    return toJson(ORCHESTRATION, await this.clients.orchestrations.getOrchestration({ id }, call));
  }

  @Patch('orchestrations/:id')
  @Requires('ORCHESTRATIONS_WRITE', 'ORCHESTRATIONS_READ')
  @Answers('Changes an orchestration; what is not named stays. Nothing runs; a preview is generated.', one(ORCHESTRATION))
  async update(@CallerOf() { call }: Caller, @Param('id') id: string, @BodyOf(OrchestrationPatch) body: z.infer<typeof OrchestrationPatch>) {
    const now = await this.clients.orchestrations.getOrchestration({ id }, call);
    return toJson(ORCHESTRATION, await this.clients.orchestrations.updateOrchestration({ orchestration: patched(now, body) }, call));
  }

  @Delete('orchestrations/:id')
  @Requires('ORCHESTRATIONS_WRITE')
  @HttpCode(204)
  @Answers('Deletes an orchestration.', undefined)
  async remove(@CallerOf() { call }: Caller, @Param('id') id: string) {
    await this.clients.orchestrations.deleteOrchestration({ id }, call);
  }
}
