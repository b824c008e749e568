import { forbidden } from '@signalbox/kernel';
import type { AnyKind } from '@signalbox/platform-orchestration';
import { entitlementProblem } from '../domain/create-accounts/prerequisites.ts';
import type { Entitlements } from './ports.ts';

/** @throws Forbidden `orchestrations.entitlement.missing` naming the package (ORC-7) */
export async function requireEntitlement(entitlements: Entitlements, workspaceId: string, kind: AnyKind): Promise<void> {
  if (!kind.entitlement) return;
  const problem = entitlementProblem(kind.entitlement, await entitlements.licensed(workspaceId));
  if (problem) throw forbidden(problem.code, problem.message, { field: problem.field });
}
