import { authExpired } from '@signalbox/kernel';
import type { Principal } from './principal.ts';
import type { ServiceTokens } from './service-tokens.ts';

export const API_TOKEN_PREFIX = 'sbx_';

/** What an API token may do now, or undefined when it is unknown, revoked or ended. */
export type Introspect = (token: string) => Promise<Principal | undefined>;

/** How long a revoked token may still work in a service; the gateway is asked at most this often for each token and process. */
const CACHE_MS = 1_000;
const CACHE_MAX = 5_000;

/** Turns the bearer token of a call into a principal: a service's own, or an API token, which the gateway knows. */
export class Authenticator {
  private readonly cache = new Map<string, { principal: Principal; until: number }>();
  /** Calls that come while the gateway is being asked share its answer. */
  private readonly asked = new Map<string, { at: number; answer: Promise<Principal> }>();

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
    const asked = this.asked.get(token);
    if (asked && asked.at + CACHE_MS > now) return asked.answer;
    const asking = { at: now, answer: this.ask(token, now) };
    this.asked.set(token, asking);
    try {
      return await asking.answer;
    } finally {
      if (this.asked.get(token) === asking) this.asked.delete(token);
    }
  }

  /** The answer is as old as the question, not as its arrival: a slow one must not prolong what was revoked meanwhile. */
  private async ask(token: string, now: number): Promise<Principal> {
    this.cache.delete(token);
    const principal = await this.introspect(token);
    if (!principal) throw authExpired('auth.token_invalid', 'The API token is unknown, revoked or has ended. Make a new one under Settings, API tokens.');
    if (this.cache.size >= CACHE_MAX) this.cache.clear();
    this.cache.set(token, { principal, until: now + CACHE_MS });
    return principal;
  }
}
