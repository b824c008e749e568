import { setTimeout as pause } from 'node:timers/promises';
import { crmWriter, type types } from '@signalbox/contracts';
import { retryable } from '@signalbox/kernel';
import type { CrmPicture, Definition, FactStream, KindRuntime, WriteTarget } from '@signalbox/platform-orchestration';
import type { Crm, Entitlements, ProfileStore } from '../../application/ports.ts';
import type { AccountFacts, CompanyFact } from '../../domain/create-accounts/facts.ts';
import { createAccounts } from '../../domain/create-accounts/kind.ts';
import { beginAccounts, canBeWritten, type AccountState } from '../../domain/create-accounts/plan.ts';
import { orMissing, type Clients } from './clients.ts';
import { matchedMembers } from './matched-members.ts';

/** How long matching may take to follow the CRM mirror before the plan is tried again, in milliseconds. */
const INDEX_PATIENCE_MS = 5 * 60_000;
const LOOK = { firstMs: 10, longestMs: 500 };

/** Counts of the same name, together. */
function added(counts: readonly types.NamedCount[][]): types.NamedCount[] {
  const sums = new Map<string, number>();
  for (const { name, count } of counts.flat()) sums.set(name, (sums.get(name) ?? 0) + count);
  return [...sums].map(([name, count]) => ({ name, count }));
}

/** create_accounts with its facts: gateway, crm-writer, segments and matching. */
export class CreateAccountsRuntime implements KindRuntime<CompanyFact, AccountState, AccountFacts> {
  readonly kind = createAccounts;

  constructor(
    private readonly clients: Clients,
    private readonly entitlements: Entitlements,
    private readonly crm: Crm,
    private readonly profiles: ProfileStore,
  ) {}

  async facts(d: Definition, signal?: AbortSignal): Promise<AccountFacts> {
    const { workspaceId } = d;
    const [entitlements, connection, profile, closure] = await Promise.all([
      this.entitlements.licensed(workspaceId),
      d.connectionId ? this.crm.connection(workspaceId, d.connectionId) : undefined,
      d.mappingProfileId ? this.profiles.find(workspaceId, d.mappingProfileId) : undefined,
      d.segmentId ? orMissing(this.clients.segments.getSegmentClosure({ id: d.segmentId }, { workspaceId, signal })) : undefined,
    ]);
    const ask = profile && connection?.status === crmWriter.ConnectionStatus.HEALTHY && profile.connectionId === connection.id && profile.object === this.kind.object;
    const crmFields = ask ? await this.crm.describe(workspaceId, connection.id, profile.object) : undefined;
    return { entitlements, connection, profile, crmFields, closure: closure?.segments };
  }

  target(definition: Definition, facts: AccountFacts): WriteTarget {
    return {
      connectionId: definition.connectionId, provider: facts.connection?.provider ?? '', object: this.kind.object, externalIdField: facts.profile?.externalIdField ?? '',
    };
  }

  async refresh({ workspaceId, connectionId }: Definition, signal: AbortSignal): Promise<CrmPicture> {
    const mirror = await this.clients.crmWriter.refreshMirror({ connectionId, object: this.kind.object }, { workspaceId, signal });
    const counted = await this.refreshCounted(workspaceId, connectionId, signal);
    await this.indexFollowed(workspaceId, { connectionId, object: '' }, mirror.sequence, signal);
    return { sequence: mirror.sequence, records: mirror.records, apiCalls: added([mirror.apiCalls, ...counted]) };
  }

  open(definition: Definition, facts: AccountFacts, signal: AbortSignal, planId: string): FactStream<CompanyFact> {
    const { workspaceId, segmentId, connectionId } = definition;
    const state = beginAccounts(facts);
    const members = { workspaceId, segmentId, connectionId, planId, getsAccount: (company: types.Company) => canBeWritten(company, state) };
    return { expected: facts.closure?.[0]?.size ?? 0, batches: matchedMembers(this.clients, members, signal) };
  }

  /** What the workspace's tie-breakers count is brought up to date, too (CLC-9); a CRM that has no such object is passed over. */
  private async refreshCounted(workspaceId: string, connectionId: string, signal: AbortSignal): Promise<types.NamedCount[][]> {
    const { countedObjects } = await this.clients.matching.getMatchRules({}, { workspaceId, signal });
    if (countedObjects.length === 0) return [];
    const [connection, { providers }] = await Promise.all([
      this.clients.crmWriter.getConnection({ id: connectionId }, { workspaceId, signal }), this.clients.crmWriter.listProviders({}, { workspaceId, signal }),
    ]);
    const known = providers.find((one) => one.name === connection.provider)?.objects ?? [];
    const calls: types.NamedCount[][] = [];
    for (const object of countedObjects.filter((one) => known.includes(one))) {
      const mirror = await this.clients.crmWriter.refreshMirror({ connectionId, object }, { workspaceId, signal });
      await this.indexFollowed(workspaceId, { connectionId, object }, mirror.sequence, signal);
      calls.push(mirror.apiCalls);
    }
    return calls;
  }

  /** A plan made from an index that is behind the mirror would create what the CRM already holds. */
  private async indexFollowed(workspaceId: string, index: { connectionId: string; object: string }, sequence: number, signal: AbortSignal): Promise<void> {
    const deadline = Date.now() + INDEX_PATIENCE_MS;
    for (let waitMs = LOOK.firstMs; ; waitMs = Math.min(LOOK.longestMs, waitMs * 1.5)) {
      const position = await this.clients.matching.getIndexPosition(index, { workspaceId, signal });
      if (position.sequence >= sequence) return;
      if (Date.now() > deadline) throw retryable('orchestrations.match.behind', 'Matching has not taken in the newest CRM records yet. Try again in a few minutes.', 5_000);
      await pause(waitMs, undefined, { signal });
    }
  }
}
