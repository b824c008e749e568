import { crmWriter, type types } from '@signalbox/contracts';
import { orMissing } from '@signalbox/platform-grpc';
import { refreshPicture, type CrmPicture, type Definition, type FactStream, type KindRuntime, type WriteTarget } from '@signalbox/platform-orchestration';
import type { Crm, Entitlements, ProfileStore } from '../../application/ports.ts';
import type { AccountFacts, CompanyFact } from '../../domain/create-accounts/facts.ts';
import { createAccounts } from '../../domain/create-accounts/kind.ts';
import { beginAccounts, canBeWritten, type AccountState } from '../../domain/create-accounts/plan.ts';
import type { Clients } from './clients.ts';
import { matchedMembers } from './matched-members.ts';

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

  refresh({ workspaceId, connectionId }: Definition, signal: AbortSignal): Promise<CrmPicture> {
    return refreshPicture(this.clients, { workspaceId, connectionId, objects: [this.kind.object] }, signal);
  }

  open(definition: Definition, facts: AccountFacts, signal: AbortSignal, planId: string): FactStream<CompanyFact> {
    const { workspaceId, segmentId, connectionId } = definition;
    const state = beginAccounts(facts);
    const members = { workspaceId, segmentId, connectionId, planId, getsAccount: (company: types.Company) => canBeWritten(company, state) };
    return { expected: facts.closure?.[0]?.size ?? 0, batches: matchedMembers(this.clients, members, signal) };
  }
}
