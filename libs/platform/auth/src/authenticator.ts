import { authExpired } from '@signalbox/kernel';
import type { Principal } from './principal.ts';
import type { ServiceTokens } from './service-tokens.ts';

export const API_TOKEN_PREFIX = 'sbx_';

/** What an API token may do now, or undefined when it is unknown, revoked or ended. */
export type Introspect = (token: string) => Promise<Principal | undefined>;

const CACHE_MS = 15_000;
const CACHE_MAX = 5_000;

/** Turns the bearer token of a call into a principal: a service's own, or an API token, which the gateway knows. */
export class Authenticator {
  private readonly cache = new Map<string, { principal: Principal; until: number }>();

  constructor(
    private readonly tokens: ServiceTokens,
    private readonly introspect: Introspect,
  ) {}

  /** @throws AuthExpired `auth.token_missing`, `auth.token_invalid` */
  async authenticate(authorization: string | undefined): Promise<Principal> {
    const match = /^Bearer\s+(\S+)$/i.exec(authorization ?? '');
    if (!match?.[1]) throw authExpired('auth.token_missing', 'The call carries no token. Send the header "authorization: Bearer <token>".');
    const token = match[1];
    return token.startsWith(API_TOKEN_PREFIX) ? this.apiToken(token) : this.tokens.verify(token);
  }

  private async apiToken(token: string): Promise<Principal> {
    const now = Date.now();
    const kept = this.cache.get(token);
    if (kept && kept.until > now) return kept.principal;
    const principal = await this.introspect(token);
    if (!principal) throw authExpired('auth.token_invalid', 'The API token is unknown, revoked or has ended. Make a new one under Settings, API tokens.');
    if (this.cache.size >= CACHE_MAX) this.cache.clear();
    this.cache.set(token, { principal, until: now + CACHE_MS });
    return principal;
  }
}
