import { randomUUID } from 'node:crypto';
import { HsError } from '../errors.ts';
import type { HubspotCredentials } from '../options.ts';

export type Session = { kind: 'private-app' } | { kind: 'oauth'; expiresAt: number };

/** Access tokens: the private app's, which does not end, and those of OAuth, which do. */
export class Sessions {
  private readonly tokens = new Map<string, number>();
  private readonly ended = new Set<string>();
  private readonly credentials: HubspotCredentials;
  private readonly now: () => number;
  private readonly tokenMs: number;

  constructor(credentials: HubspotCredentials, now: () => number, tokenMs: number) {
    this.credentials = credentials;
    this.now = now;
    this.tokenMs = tokenMs;
  }

  /** A new access token of the OAuth app, and how many seconds it lasts. */
  start(): { token: string; expiresIn: number } {
    const token = `CO${randomUUID().replaceAll('-', '')}`;
    this.tokens.set(token, this.now() + this.tokenMs);
    return { token, expiresIn: Math.floor(this.tokenMs / 1000) };
  }

  /** @throws HsError 401 */
  use(token: string): Session {
    if (!token || this.ended.has(token)) throw this.refused(token);
    if (token === this.credentials.accessToken) return { kind: 'private-app' };
    const expiresAt = this.tokens.get(token);
    if (expiresAt === undefined || expiresAt <= this.now()) throw this.refused(token);
    return { kind: 'oauth', expiresAt };
  }

  find(token: string): Session | undefined {
    try {
      return this.use(token);
    } catch {
      return undefined; // refused: not a session
    }
  }

  refused(token: string): HsError {
    const expiresAt = this.tokens.get(token);
    if (expiresAt === undefined) return new HsError(401, 'INVALID_AUTHENTICATION', 'Authentication credentials not found. This API supports OAuth 2.0 authentication and you can find more details at https://developers.hubspot.com/docs/methods/auth/oauth-overview');
    const ago = Math.max(0, Math.floor((this.now() - expiresAt) / 1000));
    return new HsError(401, 'EXPIRED_AUTHENTICATION', `The OAuth token used to make this call expired ${ago} second(s) ago.`, { context: { 'expire time': [new Date(expiresAt).toISOString()] } });
  }

  /** Ends a token of OAuth; a private app's stays, as only a person can take it away (`endAll`). */
  end(token: string): void {
    if (this.tokens.has(token)) this.tokens.set(token, this.now() - 1);
  }

  /** Everybody is signed out; the private app's token stays dead until the next reset. */
  endAll(): void {
    for (const token of this.tokens.keys()) this.end(token);
    this.ended.add(this.credentials.accessToken);
  }

  reset(): void {
    this.ended.clear();
  }
}
