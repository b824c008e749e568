import { Permission, gateway as contract } from '@signalbox/contracts';
import { isSignalboxError } from '@signalbox/kernel';
import { createGrpcClient, type GrpcClient } from '@signalbox/platform-grpc';
import { runGateway, type RunningGateway } from '../../testing/running-gateway.ts';

const failureOf = (call: Promise<unknown>) => call.then(() => undefined, (error: unknown) => (isSignalboxError(error) ? error : undefined));

describe('what the other services ask the gateway', () => {
  let gateway: RunningGateway;
  let client: GrpcClient<typeof contract.AccessServiceDefinition>;
  let workspaceId: string;
  const token = async (body: object) => (await gateway.call('POST', '/api/v1/tokens', body)).body as { id: string; token: string };
  beforeAll(async () => {
    gateway = await runGateway({ SIGNALBOX_DEFAULT_ENTITLEMENTS: 'orchestrations, lead-conversion' });
    workspaceId = (await gateway.setUp()).body.workspace.id;
    client = createGrpcClient(contract.AccessServiceDefinition, { address: gateway.grpcAddress, tokens: gateway.tokens });
  });
  afterAll(async () => {
    client.close();
    await gateway.stop();
  });

  it('says what an API token may do, until it is revoked or has ended', async () => {
    const { id, token: secret } = await token({ name: 'reader', permissions: ['segments_read'] });
    expect(await client.introspectToken({ token: secret }, { workspaceId: '' })).toMatchObject({ active: true, workspaceId, subject: `token:${id}`, permissions: [Permission.SEGMENTS_READ] });
    await gateway.call('DELETE', `/api/v1/tokens/${id}`);
    expect(await client.introspectToken({ token: secret }, { workspaceId: '' })).toMatchObject({ active: false });
    const ending = await token({ name: 'ends', expiresAt: '2999-01-01T00:00:00Z' });
    await gateway.query('update gateway.api_tokens set expires_at = now() where id = $1', [ending.id]);
    for (const unknown of [ending.token, 'sbx_nonsense', '', `${secret}x`]) expect((await client.introspectToken({ token: unknown }, { workspaceId: '' })).active).toBe(false);
  });

  it('takes the same tokens as REST, with their permissions', async () => {
    const { token: bearerToken } = await token({ name: 'both', permissions: ['workspace_read'] });
    expect(await client.getWorkspace({}, { bearerToken })).toMatchObject({ id: workspaceId, name: 'Acme', timeZone: 'Europe/Berlin' });
    expect(await failureOf(client.putEntitlement({ entitlement: { name: 'x', licensed: true } }, { bearerToken }))).toMatchObject({ kind: 'Forbidden' });
    expect(await failureOf(client.introspectToken({ token: bearerToken }, { bearerToken }))).toMatchObject({ kind: 'Forbidden' });
    expect(await failureOf(client.getWorkspace({}, { bearerToken: 'sbx_unknown' }))).toMatchObject({ kind: 'AuthExpired' });
  });

  it('ORC-7 knows which packages a workspace has licensed', async () => {
    expect((await client.listEntitlements({}, { workspaceId })).entitlements).toEqual([{ name: 'lead-conversion', licensed: true }, { name: 'orchestrations', licensed: true }]);
    await client.putEntitlement({ entitlement: { name: 'orchestrations', licensed: false } }, { workspaceId });
    expect((await client.listEntitlements({}, { workspaceId })).entitlements).toContainEqual({ name: 'orchestrations', licensed: false });
    expect(await failureOf(client.putEntitlement({ entitlement: { name: 'x', licensed: true } }, { workspaceId: 'nobody' }))).toMatchObject({ kind: 'NotFound' });
    expect((await client.listEntitlements({}, { workspaceId: 'nobody' })).entitlements).toEqual([]);
  });
});
