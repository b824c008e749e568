import type { PermissionName } from '@signalbox/contracts';
import { forbidden } from '@signalbox/kernel';

/** Who is calling, for which workspace, and what they may do. */
export interface Principal {
  workspaceId: string;
  /** "user:<id>", "token:<id>" or "service:<name>". */
  subject: string;
  permissions: ReadonlySet<PermissionName>;
}

/** @throws Forbidden `auth.permission_missing` naming the permission */
export function requirePermission(principal: Principal, permission: PermissionName): void {
  if (principal.permissions.has(permission)) return;
  throw forbidden('auth.permission_missing', `This needs the permission ${permission}, which ${principal.subject} does not have. Ask an administrator of the workspace for it.`);
}
