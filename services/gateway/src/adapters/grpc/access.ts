import type { Permission, PermissionName, gateway } from '@signalbox/contracts';
import { invalid } from '@signalbox/kernel';
import type { Handlers } from '@signalbox/platform-grpc';
import type { Identify } from '../../application/identify.ts';
import type { WorkspaceSettings } from '../../application/workspace-settings.ts';

const toProto = (name: PermissionName): Permission => `PERMISSION_${name}` as Permission;

/** What the other services ask the gateway: who may. */
export function accessHandlers(identify: Identify, settings: WorkspaceSettings): Handlers<typeof gateway.AccessServiceDefinition> {
  return {
    async introspectToken({ token }) {
      const known = await identify.token(token);
      if (!known) return { active: false };
      return { active: true, workspaceId: known.workspaceId, subject: `token:${known.id}`, permissions: known.permissions.map(toProto), expiresAt: known.expiresAt ?? undefined };
    },
    async listEntitlements(_request, { principal }) {
      return { entitlements: await settings.entitlements(principal.workspaceId) };
    },
    async putEntitlement({ entitlement }, { principal }) {
      if (!entitlement) throw invalid('gateway.entitlement.missing', 'Name the entitlement to put.', { field: 'entitlement' });
      return { entitlements: await settings.putEntitlement(principal.workspaceId, entitlement) };
    },
    getWorkspace: (_request, { principal }) => settings.get(principal.workspaceId),
  };
}
