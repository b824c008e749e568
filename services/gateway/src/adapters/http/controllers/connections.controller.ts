import { Controller, Delete, Get, HttpCode, Inject, Param, Patch, Post } from '@nestjs/common';
import type { z } from 'zod';
import type { Clients } from '../../grpc/clients.ts';
import { one, pageOf } from '../contract-docs.ts';
import { toJson, toPage } from '../json/to-json.ts';
import { Answers, BodyOf, CallerOf, Once, QueryOf, Requires, type Caller } from '../routing.ts';
import { ConnectionPatch, CrmRecordsQuery, MirrorQuery, NewConnection, PullBody } from '../schemas/connections.ts';
import { PageQuery, pageRequest } from '../schemas/shared.ts';
import { CLIENTS } from '../tokens.ts';

const CONNECTION = 'crm_writer.v1.Connection';
const MIRROR = 'crm_writer.v1.MirrorStatus';

@Controller('api/v1')
export class ConnectionsController {
  constructor(@Inject(CLIENTS) private readonly clients: Clients) {}

  @Get('providers')
  @Requires('CONNECTIONS_READ')
  @Answers('The systems that can be connected, and what each needs.', pageOf('crm_writer.v1.ListProvidersResponse'))
  async providers(@CallerOf() { call }: Caller) {
    return toPage('crm_writer.v1.ListProvidersResponse', await this.clients.crmWriter.listProviders({}, call));
  }

  @Get('connections')
  @Requires('CONNECTIONS_READ')
  @Answers('Connections.', pageOf('crm_writer.v1.ListConnectionsResponse'))
  async list(@CallerOf() { call }: Caller, @QueryOf(PageQuery) query: PageQuery) {
    return toPage('crm_writer.v1.ListConnectionsResponse', await this.clients.crmWriter.listConnections({ page: pageRequest(query) }, call));
  }

  @Post('connections')
  @Requires('CONNECTIONS_WRITE')
  @Once({ repeatable: false })
  @Answers('Makes a connection. Secrets go in and never come out.', one(CONNECTION), { status: 201 })
  async create(@CallerOf() { call }: Caller, @BodyOf(NewConnection) body: z.infer<typeof NewConnection>) {
    return toJson(CONNECTION, await this.clients.crmWriter.createConnection(body, call));
  }

  @Get('connections/:id')
  @Requires('CONNECTIONS_READ')
  @Answers('One connection, with its health.', one(CONNECTION))
  async get(@CallerOf() { call }: Caller, @Param('id') id: string) {
    return toJson(CONNECTION, await this.clients.crmWriter.getConnection({ id }, call));
  }

  @Patch('connections/:id')
  @Requires('CONNECTIONS_WRITE', 'CONNECTIONS_READ')
  @Answers('Changes a connection; what is not named stays.', one(CONNECTION))
  async update(@CallerOf() { call }: Caller, @Param('id') id: string, @BodyOf(ConnectionPatch) body: z.infer<typeof ConnectionPatch>) {
    const { name, baseUrl, settings, version } = await this.clients.crmWriter.getConnection({ id }, call);
    return toJson(CONNECTION, await this.clients.crmWriter.updateConnection({ name, baseUrl, settings, version, ...body, id }, call));
  }

  @Delete('connections/:id')
  @Requires('CONNECTIONS_WRITE')
  @HttpCode(204)
  @Answers('Deletes a connection.', undefined)
  async remove(@CallerOf() { call }: Caller, @Param('id') id: string) {
    await this.clients.crmWriter.deleteConnection({ id }, call);
  }

  @Post('connections/:id/test')
  @Requires('CONNECTIONS_WRITE')
  @HttpCode(200)
  @Answers('Signs in to the CRM now; the answer is the connection with what came of it.', one(CONNECTION))
  async test(@CallerOf() { call }: Caller, @Param('id') id: string) {
    return toJson(CONNECTION, await this.clients.crmWriter.testConnection({ id }, call));
  }

  @Post('connections/:id/pull')
  @Requires('CONNECTIONS_READ')
  @Once({ repeatable: true })
  @HttpCode(200)
  @Answers('Pulls what changed in the CRM since the last pull, and answers when it is in the mirror.', one(MIRROR))
  async pull(@CallerOf() { call }: Caller, @Param('id') id: string, @BodyOf(PullBody) { object }: z.infer<typeof PullBody>) {
    return toJson(MIRROR, await this.clients.crmWriter.refreshMirror({ connectionId: id, object }, call));
  }

  @Get('connections/:id/mirror')
  @Requires('CONNECTIONS_READ')
  @Answers('How far the mirror of one object has come.', one(MIRROR))
  async mirror(@CallerOf() { call }: Caller, @Param('id') id: string, @QueryOf(MirrorQuery) { object }: z.infer<typeof MirrorQuery>) {
    return toJson(MIRROR, await this.clients.crmWriter.getMirrorStatus({ connectionId: id, object }, call));
  }

  @Get('connections/:id/objects/:object/fields')
  @Requires('CONNECTIONS_READ')
  @Answers('The fields of an object, asked of the CRM now.', pageOf('crm_writer.v1.DescribeObjectResponse'))
  async fields(@CallerOf() { call }: Caller, @Param('id') id: string, @Param('object') object: string) {
    return toPage('crm_writer.v1.DescribeObjectResponse', await this.clients.crmWriter.describeObject({ connectionId: id, object }, call));
  }

  @Get('connections/:id/converted-statuses')
  @Requires('CONNECTIONS_READ')
  @Answers('The statuses of a lead that mean "converted", asked of the CRM now.', pageOf('crm_writer.v1.ListConvertedStatusesResponse'))
  async convertedStatuses(@CallerOf() { call }: Caller, @Param('id') id: string) {
    return toPage('crm_writer.v1.ListConvertedStatusesResponse', await this.clients.crmWriter.listConvertedStatuses({ connectionId: id }, call));
  }

  @Get('connections/:id/records')
  @Requires('CONNECTIONS_READ')
  @Answers('CRM records as the mirror has them.', pageOf('crm_writer.v1.ListCrmRecordsResponse'))
  async records(@CallerOf() { call }: Caller, @Param('id') id: string, @QueryOf(CrmRecordsQuery) query: z.infer<typeof CrmRecordsQuery>) {
    const crmIds = query.crmIds.split(',').map((part) => part.trim()).filter(Boolean);
    const request = { connectionId: id, object: query.object, crmIds, page: pageRequest(query) };
    return toPage('crm_writer.v1.ListCrmRecordsResponse', await this.clients.crmWriter.listCrmRecords(request, call));
  }
}
