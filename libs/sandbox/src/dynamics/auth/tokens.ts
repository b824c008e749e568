import { randomBytes } from 'node:crypto';

const LIFETIME_MS = 3_599_000;

/** Access tokens that were given out and are not over. */
export class Tokens {
  private readonly held = new Map<string, number>();
  private readonly now: () => number;

  constructor(now: () => number) {
    this.now = now;
  }

  /** A new token; it looks like a JWT, as Entra's do, and says nothing. */
  issue(claims: Record<string, unknown>): { token: string; expiresIn: number } {
    const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const seconds = Math.floor(this.now() / 1000);
    const payload = { ...claims, iat: seconds, nbf: seconds, exp: seconds + LIFETIME_MS / 1000 };
    const token = `${part({ typ: 'JWT', alg: 'RS256' })}.${part(payload)}.${randomBytes(32).toString('base64url')}`;
    this.held.set(token, this.now() + LIFETIME_MS);
    return { token, expiresIn: LIFETIME_MS / 1000 };
  }

  good(token: string): boolean {
    return (this.held.get(token) ?? 0) > this.now();
  }

  end(token: string): void {
    this.held.delete(token);
  }

  endAll(): void {
    this.held.clear();
  }
}
