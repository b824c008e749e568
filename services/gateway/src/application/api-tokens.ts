import { invalid, notFound, type Clock, type IdSource } from '@signalbox/kernel';
import { API_TOKEN_PREFIX, type Principal } from '@signalbox/platform-auth';
import { permissionsToGrant } from '../domain/permissions.ts';
import type { ApiToken, ApiTokens, Secrets } from './ports.ts';

export interface NewToken {
  name: string;
  /** As the REST API writes them; at least one. */
  permissions: string[];
  expiresAt: Date | undefined;
}

/** API tokens of a workspace: made (shown once), listed, revoked. */
export class ManageApiTokens {
  constructor(
    private readonly parts: { tokens: ApiTokens; secrets: Secrets; ids: IdSource; clock: Clock },
  ) {}

  /** @throws Invalid `gateway.token.expiry_past`, and what `permissionsToGrant` throws */
  async create(principal: Principal, wanted: NewToken): Promise<{ token: ApiToken; secret: string }> {
    const { tokens, secrets, ids, clock } = this.parts;
    const now = clock.now();
    if (wanted.expiresAt && wanted.expiresAt <= now) throw invalid('gateway.token.expiry_past', 'The token would have ended already. Give a time in the future, or none.', { field: 'expiresAt' });
    const permissions = permissionsToGrant(wanted.permissions, principal.permissions);
    const made = secrets.make(principal.workspaceId);
    const secret = `${API_TOKEN_PREFIX}${made.secret}`;
    const token: ApiToken = {
      id: ids.next(), workspaceId: principal.workspaceId, name: wanted.name, permissions, hint: `…${secret.slice(-4)}`, createdBy: principal.subject,
      createdAt: now, expiresAt: wanted.expiresAt ?? null, lastUsedAt: null, revokedAt: null,
    };
    await tokens.create(token, made.hash);
    return { token, secret };
  }

  list(principal: Principal, after: string | undefined, limit: number): Promise<ApiToken[]> {
    return this.parts.tokens.list(principal.workspaceId, after, limit);
  }

  /** @throws NotFound `gateway.token.not_found` */
  async revoke(principal: Principal, id: string): Promise<void> {
    if (!(await this.parts.tokens.revoke(principal.workspaceId, id, this.parts.clock.now()))) throw notFound('gateway.token.not_found', 'There is no such API token.');
  }
}
