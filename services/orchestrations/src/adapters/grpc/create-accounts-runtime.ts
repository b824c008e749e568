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
    await this.indexFollowed(workspaceId, connectionId, mirror.sequence, signal);
    return { sequence: mirror.sequence, records: mirror.records, apiCalls: mirror.apiCalls };
  }

  open(definition: Definition, facts: AccountFacts, signal: AbortSignal, planId: string): FactStream<CompanyFact> {
    const { workspaceId, segmentId, connectionId } = definition;
    const state = beginAccounts(facts);
    const members = { workspaceId, segmentId, connectionId, planId, getsAccount: (company: types.Company) => canBeWritten(company, state) };
    return { expected: facts.closure?.[0]?.size ?? 0, batches: matchedMembers(this.clients, members, signal) };
  }

  /** A plan made from an index that is behind the mirror would create what the CRM already holds. */
  private async indexFollowed(workspaceId: string, connectionId: string, sequence: number, signal: AbortSignal): Promise<void> {
    const deadline = Date.now() + INDEX_PATIENCE_MS;
    for (let waitMs = LOOK.firstMs; ; waitMs = Math.min(LOOK.longestMs, waitMs * 1.5)) {
      const position = await this.clients.matching.getIndexPosition({ connectionId }, { workspaceId, signal });
      if (position.sequence >= sequence) return;
      if (Date.now() > deadline) throw retryable('orchestrations.match.behind', 'Matching has not taken in the newest CRM records yet. Try again in a few minutes.', 5_000);
      await pause(waitMs, undefined, { signal });
    }
  }
}
