import { randomBytes } from 'node:crypto';

interface Session {
  expiresAt: number;
  refreshToken?: string;
}

/** Access tokens. Each successful use starts the inactivity clock again, as the vendor does. */
export class Sessions {
  private readonly live = new Map<string, Session>();
  private readonly refresh = new Set<string>();
  private readonly orgId: string;
  private readonly now: () => number;
  private readonly lifetimeMs: number;

  constructor(orgId: string, now: () => number, lifetimeMs: number) {
    this.orgId = orgId;
    this.now = now;
    this.lifetimeMs = lifetimeMs;
  }

  /** `jwt`: the app is set to give out tokens that are JWTs. */
  open(withRefreshToken: boolean, jwt = false): { accessToken: string; refreshToken?: string } {
    const accessToken = jwt ? this.jwt() : `${this.orgId.slice(0, 15)}!AQ${randomBytes(60).toString('base64url')}`;
    const refreshToken = withRefreshToken ? `5Aep861${randomBytes(50).toString('base64url')}` : undefined;
    this.live.set(accessToken, { expiresAt: this.now() + this.lifetimeMs, refreshToken });
    if (refreshToken) this.refresh.add(refreshToken);
    return { accessToken, refreshToken };
  }

  private jwt(): string {
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const expiry = Math.floor((this.now() + this.lifetimeMs) / 1000);
    return `${part({ alg: 'RS256', typ: 'JWT', tnk: `core/${this.orgId}` })}.${part({ iss: 'https://login.salesforce.com', exp: expiry, jti: randomBytes(16).toString('hex') })}.${randomBytes(256).toString('base64url')}`;
  }

  use(token: string): boolean {
    const session = this.live.get(token);
    if (!session || session.expiresAt <= this.now()) return false;
    session.expiresAt = this.now() + this.lifetimeMs;
    return true;
  }

  expiresAt(token: string): number | undefined {
    const session = this.live.get(token);
    return session && session.expiresAt > this.now() ? session.expiresAt : undefined;
  }

  knowsRefresh(token: string): boolean {
    return this.refresh.has(token);
  }

  end(token: string): void {
    this.live.delete(token);
    this.refresh.delete(token);
  }

  endAll(): void {
    this.live.clear();
  }
}
