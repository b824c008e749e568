import { notFound } from '@signalbox/kernel';
import { requireEntitlementName } from '../domain/entitlement-names.ts';
import type { Entitlement, Entitlements, Workspace, Workspaces } from './ports.ts';

const missing = () => notFound('gateway.workspace.not_found', 'There is no such workspace.');

/** A workspace and what it has licensed. */
export class WorkspaceSettings {
  constructor(
    private readonly parts: { workspaces: Workspaces; entitlements: Entitlements },
  ) {}

  /** @throws NotFound `gateway.workspace.not_found` */
  async get(workspaceId: string): Promise<Workspace> {
    const found = await this.parts.workspaces.get(workspaceId);
    if (!found) throw missing();
    return found;
  }

  /** @throws NotFound `gateway.workspace.not_found` */
  async update(workspaceId: string, change: { name?: string; timeZone?: string }): Promise<Workspace> {
    const changed = await this.parts.workspaces.update(workspaceId, change);
    if (!changed) throw missing();
    return changed;
  }

  entitlements(workspaceId: string): Promise<Entitlement[]> {
    return this.parts.entitlements.list(workspaceId);
  }

  /** @throws Invalid `gateway.entitlement.name`, NotFound `gateway.workspace.not_found` */
  async putEntitlement(workspaceId: string, entitlement: Entitlement): Promise<Entitlement[]> {
    requireEntitlementName(entitlement.name);
    await this.get(workspaceId);
    await this.parts.entitlements.put(workspaceId, entitlement);
    return this.entitlements(workspaceId);
  }
}
