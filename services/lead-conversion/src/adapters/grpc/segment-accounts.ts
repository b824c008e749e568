import type { SegmentCompany } from '../../domain/facts.ts';
import type { Clients } from './peers.ts';

export interface SegmentIn {
  workspaceId: string;
  segmentId: string;
  connectionId: string;
}

/**
 * The CRM accounts of a segment's members, each with its company, as matching keeps them. An account of two members is the first one's, by
 * company id.
 */
export async function segmentAccounts(clients: Clients, { workspaceId, segmentId, connectionId }: SegmentIn, signal: AbortSignal): Promise<ReadonlyMap<string, SegmentCompany>> {
  const call = { workspaceId, signal };
  const members = new Map<string, string>();
  for await (const { companies } of clients.segments.streamMembers({ segmentId }, call)) for (const { id, name } of companies) members.set(id, name);
  const accounts = new Map<string, SegmentCompany>();
  if (members.size === 0) return accounts;
  for await (const { pairs } of clients.matching.streamCompanyAccounts({ connectionId }, call)) {
    for (const { accountId, companyId: id } of pairs) {
      const name = members.get(id);
      const known = accounts.get(accountId);
      if (name !== undefined && (!known || id < known.id)) accounts.set(accountId, { id, name });
    }
  }
  return accounts;
}
