import { SignJWT, jwtVerify } from 'jose';
import { PERMISSIONS, type PermissionName } from '@signalbox/contracts';
import { authExpired } from '@signalbox/kernel';
import type { Principal } from './principal.ts';

const ISSUER = 'signalbox';
const LIFETIME_SECONDS = 300;
/** A kept token is used until this long before it ends, so that it never ends on the way. */
const RENEW_BEFORE_SECONDS = 60;

/**
 * Short-lived tokens between services: HS256, signed with the key that all services share, for one workspace.
 * Minted ones are kept until shortly before they end, since signing each call would cost more than the call.
 */
export class ServiceTokens {
  private readonly kept = new Map<string, { token: string; endsAt: number }>();

  constructor(
    private readonly key: Uint8Array,
    private readonly serviceName: string,
  ) {}

  async mint(workspaceId: string, permissions: readonly PermissionName[] = PERMISSIONS, subject = `service:${this.serviceName}`): Promise<string> {
    const nowSeconds = Math.floor(Date.now() / 1000);
    const cacheKey = `${workspaceId}|${subject}|${permissions.join(',')}`;
    const kept = this.kept.get(cacheKey);
    if (kept && kept.endsAt - RENEW_BEFORE_SECONDS > nowSeconds) return kept.token;
    const endsAt = nowSeconds + LIFETIME_SECONDS;
    const token = await new SignJWT({ ws: workspaceId, perms: permissions })
      .setProtectedHeader({ alg: 'HS256' }).setIssuer(ISSUER).setSubject(subject).setIssuedAt(nowSeconds).setExpirationTime(endsAt)
      .sign(this.key);
    if (this.kept.size > 10_000) this.kept.clear();
    this.kept.set(cacheKey, { token, endsAt });
    return token;
  }

  /** @throws AuthExpired `auth.token_invalid` */
  async verify(token: string): Promise<Principal> {
    try {
      const { payload } = await jwtVerify(token, this.key, { issuer: ISSUER, algorithms: ['HS256'], clockTolerance: 30 });
      return { workspaceId: String(payload['ws']), subject: String(payload.sub), permissions: new Set(payload['perms'] as PermissionName[]) };
    } catch (cause) {
      throw authExpired('auth.token_invalid', 'The token is not valid or has ended. Sign in again, or use a current API token.', { cause });
    }
  }
}
