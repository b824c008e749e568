import { matching, segments } from '@signalbox/contracts';
import { invalid, isSignalboxError, type SignalboxError } from '@signalbox/kernel';
import { Authenticator, ServiceTokens } from '@signalbox/platform-auth';
import { createLogger, createMetrics } from '@signalbox/platform-telemetry';
import { bind, createGrpcClient, startGrpcServer, type GrpcClient, type Handlers, type RunningGrpcServer } from './index.ts';

type Matching = typeof matching.MatchingServiceDefinition;
const tokens = new ServiceTokens(new Uint8Array(32).fill(7), 'spec');
let server: RunningGrpcServer;
let client: GrpcClient<Matching>;
const seen: string[] = [];

const implemented: Partial<Handlers<Matching>> = {
  async match(request, context) {
    seen.push(context.principal.workspaceId);
    if (!request.candidate?.name) throw invalid('matching.candidate.name_missing', 'Give the candidate a name.', { field: 'candidate.name' });
    return { candidateId: request.candidate.id, decision: matching.Decision.NEW, evidence: [], otherCandidates: [] };
  },
  async *matchStream(requests) {
    for await (const request of requests) yield { decisions: request.candidates.map((c) => ({ candidateId: c.id })) };
  },
};
const notHere = async () => {
  throw new Error('not part of this spec');
};
const handlers = new Proxy(implemented, { get: (target, name) => Reflect.get(target, name) ?? notHere }) as Handlers<Matching>;

beforeAll(async () => {
  const authenticator = new Authenticator(tokens, async (token) => (token === 'sbx_reader' ? { workspaceId: 'w2', subject: 'token:1', permissions: new Set(['SEGMENTS_READ'] as const) } : undefined));
  server = await startGrpcServer({
    host: '127.0.0.1', port: 0, authenticator, logger: createLogger({ service: 'spec', level: 'silent' }), metrics: createMetrics({ service: 'spec', processMetrics: false }),
    services: [bind(matching.MatchingServiceDefinition, handlers)],
  });
  client = createGrpcClient(matching.MatchingServiceDefinition, { address: `127.0.0.1:${server.port}`, tokens });
});
afterAll(async () => {
  client.close();
  await server.stop(1000);
});

const failure = async (call: Promise<unknown>): Promise<SignalboxError> => {
  const error = await call.then(() => undefined, (e: unknown) => e);
  if (!isSignalboxError(error)) throw new Error(`expected a SignalboxError, got ${String(error)}`);
  return error;
};

describe('gRPC between services', () => {
  it('answers a call on behalf of its workspace', async () => {
    const answer = await client.match({ candidate: { id: 'c', name: 'Acme' } }, { workspaceId: 'w1' });
    expect(answer).toMatchObject({ candidateId: 'c', decision: matching.Decision.NEW });
    expect(seen.at(-1)).toBe('w1');
  });

  it('hands an error over with its kind, code and field', async () => {
    const error = await failure(client.match({ candidate: { id: 'c' } }, { workspaceId: 'w1' }));
    expect(error).toMatchObject({ kind: 'Invalid', code: 'matching.candidate.name_missing', field: 'candidate.name' });
  });

  it('streams both ways, in order', async () => {
    const out: string[] = [];
    async function* requests() {
      for (let i = 0; i < 20; i += 1) yield { candidates: [{ id: `c${i}` }] };
    }
    for await (const response of client.matchStream(requests(), { workspaceId: 'w1' })) out.push(...response.decisions.map((d) => d.candidateId));
    expect(out).toEqual(Array.from({ length: 20 }, (_, i) => `c${i}`));
  });

  it('refuses a call without a token, and an API token without the permission, by name', async () => {
    expect(await failure(client.match({}, { bearerToken: 'nonsense' }))).toMatchObject({ kind: 'AuthExpired' });
    expect(await failure(client.match({}, { bearerToken: 'sbx_unknown' }))).toMatchObject({ kind: 'AuthExpired', code: 'auth.token_invalid' });
    expect(await failure(client.match({}, { bearerToken: 'sbx_reader' }))).toMatchObject({ kind: 'Forbidden', publicMessage: expect.stringContaining('MATCHING_READ') });
  });

  it('says Retryable when nobody answers', async () => {
    const nobody = createGrpcClient(segments.SegmentsServiceDefinition, { address: '127.0.0.1:1', tokens });
    expect(await failure(nobody.getSegment({ id: 'x' }, { workspaceId: 'w1' }))).toMatchObject({ kind: 'Retryable' });
    nobody.close();
  });
});
