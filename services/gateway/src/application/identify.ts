import type { Clock } from '@signalbox/kernel';
import { API_TOKEN_PREFIX, type Principal } from '@signalbox/platform-auth';
import type { ApiToken, ApiTokens, Secrets, Session, Sessions } from './ports.ts';

/** Who a session cookie or an API token stands for, asked of the database each time, so that a revocation holds at once. */
export class Identify {
  constructor(
    private readonly parts: { sessions: Sessions; tokens: ApiTokens; secrets: Secrets; clock: Clock },
  ) {}

  async session(secret: string): Promise<Session | undefined> {
    const known = this.parts.secrets.read(secret);
    return known && this.parts.sessions.find(known.workspaceId, known.hash, this.parts.clock.now());
  }

  async token(token: string): Promise<ApiToken | undefined> {
    if (!token.startsWith(API_TOKEN_PREFIX)) return undefined;
    const known = this.parts.secrets.read(token.slice(API_TOKEN_PREFIX.length));
    return known && this.parts.tokens.use(known.workspaceId, known.hash, this.parts.clock.now());
  }

  /** What an API token may do, as the platform's authenticator asks it. */
  async principal(token: string): Promise<Principal | undefined> {
    const known = await this.token(token);
    return known && { workspaceId: known.workspaceId, subject: `token:${known.id}`, permissions: new Set(known.permissions) };
  }
}
