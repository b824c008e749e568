import { crmWriter } from '@signalbox/contracts';
import { readConvertLeads, type ConvertLeadsSettings } from '@signalbox/kinds';
import { orMissing } from '@signalbox/platform-grpc';
import { companyAccountsFollowed, refreshPicture, type CrmPicture, type Definition, type FactStream, type KindRuntime, type Preparing, type WriteTarget } from '@signalbox/platform-orchestration';
import type { LeadFact, LeadFacts } from '../../domain/facts.ts';
import { convertLeadsKind } from '../../domain/kind.ts';
import { KnownContacts } from './known-contacts.ts';
import type { Clients } from './peers.ts';
import { segmentAccounts } from './segment-accounts.ts';
import { segmentLeads } from './segment-leads.ts';

/** convert_leads with its facts: gateway, segments, matching and crm-writer. */
export class LeadsRuntime implements KindRuntime<LeadFact, ConvertLeadsSettings, LeadFacts> {
  readonly kind = convertLeadsKind;

  constructor(private readonly clients: Clients) {}

  async facts(d: Definition, signal?: AbortSignal): Promise<LeadFacts> {
    const { gateway, segments, crmWriter: crm } = this.clients;
    const call = { workspaceId: d.workspaceId, signal };
    const [{ entitlements }, { providers }, connection, segment] = await Promise.all([
      gateway.listEntitlements({}, call), crm.listProviders({}, call),
      d.connectionId ? orMissing(crm.getConnection({ id: d.connectionId }, call)) : undefined,
      d.segmentId ? orMissing(segments.getSegment({ id: d.segmentId }, call)) : undefined,
    ]);
    const provider = providers.find((one) => one.name === connection?.provider);
    const facts: LeadFacts = {
      entitlements: new Set(entitlements.filter((e) => e.licensed).map((e) => e.name)), connection, provider, segment,
      convertingProviders: providers.filter((one) => one.convertsLeads).map((one) => one.label).sort(),
    };
    if (!connection || connection.status !== crmWriter.ConnectionStatus.HEALTHY || !provider?.convertsLeads) return facts;
    if (readConvertLeads(d.settings).mode === 'convert') return { ...facts, statuses: (await crm.listConvertedStatuses({ connectionId: connection.id }, call)).statuses };
    return { ...facts, leadFields: (await crm.describeObject({ connectionId: connection.id, object: this.kind.object }, call)).fields };
  }

  target(definition: Definition, { connection }: LeadFacts): WriteTarget {
    return { connectionId: definition.connectionId, provider: connection?.provider ?? '', object: this.kind.object, externalIdField: '' };
  }

  /** The mirrors of accounts, contacts and leads, what the workspace's tie-breakers count besides (CLC-9), and which accounts its companies are. */
  async refresh({ workspaceId, connectionId }: Definition, signal: AbortSignal, report: (preparing: Preparing) => Promise<void>): Promise<CrmPicture> {
    const { crmWriter: crm, matching, segments } = this.clients;
    const call = { workspaceId, signal };
    const picture = await refreshPicture(this.clients, { workspaceId, connectionId, objects: ['Account', 'Contact', this.kind.object] }, signal);
    const [{ sequence }, { version }] = await Promise.all([crm.getMirrorStatus({ connectionId, object: 'Account' }, call), segments.getCompaniesPosition({}, call)]);
    await companyAccountsFollowed(() => matching.followCompanyAccounts({ connectionId }, call), { mirrorSequence: sequence, companiesVersion: version }, report, signal);
    return picture;
  }

  open(definition: Definition, _facts: LeadFacts, signal: AbortSignal, planId: string): FactStream<LeadFact> {
    const { workspaceId, connectionId } = definition;
    const expected = this.clients.crmWriter.countRecords({ connectionId, object: this.kind.object }, { workspaceId, signal }).then(({ records }) => records);
    return { expected, batches: this.leads(definition, signal, planId) };
  }

  private async *leads({ workspaceId, segmentId, connectionId }: Definition, signal: AbortSignal, planId: string): AsyncGenerator<LeadFact[]> {
    const of = { workspaceId, segmentId, connectionId };
    const accounts = await segmentAccounts(this.clients, of, signal);
    if (accounts.size === 0) return;
    const contacts = await KnownContacts.read(this.clients, of, accounts, signal);
    yield* segmentLeads(this.clients, { ...of, planId, accounts, contacts }, signal);
  }
}
