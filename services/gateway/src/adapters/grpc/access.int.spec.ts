import { Permission, gateway as contract } from '@signalbox/contracts';
import { isSignalboxError } from '@signalbox/kernel';
import { Authenticator } from '@signalbox/platform-auth';
import { createGrpcClient, type GrpcClient } from '@signalbox/platform-grpc';
import { waitFor } from '@signalbox/testing';
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

  it('ends a revoked token within a second in the other services as well, which ask the gateway', async () => {
    const address = gateway.grpcAddress;
    const authenticator = new Authenticator(gateway.tokens, async (bearer) => {
      const answer = await client.introspectToken({ token: bearer }, { workspaceId: '' });
      return answer.active ? { workspaceId: answer.workspaceId, subject: answer.subject, permissions: new Set(['WORKSPACE_READ' as const]) } : undefined;
    });
    const { id, token: secret } = await token({ name: 'leaving', permissions: ['workspace_read'] });
    const asOther = createGrpcClient(contract.AccessServiceDefinition, { address, tokens: gateway.tokens });
    const here = () => failureOf(asOther.getWorkspace({}, { bearerToken: secret }));
    const there = () => failureOf(authenticator.authenticate(`Bearer ${secret}`));
    expect([await here(), await there()]).toEqual([undefined, undefined]);
    await gateway.call('DELETE', `/api/v1/tokens/${id}`);
    const revokedAt = Date.now();
    for (const ask of [here, there]) await waitFor(async () => (await ask())?.code === 'auth.token_invalid', { timeoutMs: 3_000, what: 'the token being refused' });
    // A second, and what a busy machine needs to notice.
    expect(Date.now() - revokedAt).toBeLessThan(1_800);
    asOther.close();
  });

  it('ORC-7 knows which packages a workspace has licensed', async () => {
    expect((await client.listEntitlements({}, { workspaceId })).entitlements).toEqual([{ name: 'lead-conversion', licensed: true }, { name: 'orchestrations', licensed: true }]);
    await client.putEntitlement({ entitlement: { name: 'orchestrations', licensed: false } }, { workspaceId });
    expect((await client.listEntitlements({}, { workspaceId })).entitlements).toContainEqual({ name: 'orchestrations', licensed: false });
    expect(await failureOf(client.putEntitlement({ entitlement: { name: 'x', licensed: true } }, { workspaceId: 'nobody' }))).toMatchObject({ kind: 'NotFound' });
    expect((await client.listEntitlements({}, { workspaceId: 'nobody' })).entitlements).toEqual([]);
  });
});
