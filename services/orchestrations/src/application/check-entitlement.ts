import { forbidden } from '@signalbox/kernel';
import { entitlementProblem, type KindDeclaration } from '@signalbox/platform-orchestration';
import type { Entitlements } from './ports.ts';

/** @throws Forbidden `orchestrations.entitlement.missing` naming the package (ORC-7) */
export async function requireEntitlement(entitlements: Entitlements, workspaceId: string, kind: KindDeclaration): Promise<void> {
  if (!kind.entitlement) return;
  const problem = entitlementProblem(kind.entitlement, await entitlements.licensed(workspaceId));
  if (problem) throw forbidden(problem.code, problem.message, { field: problem.field });
}
