import { orchestrations, type crmWriter, type matching } from '@signalbox/contracts';
import { conflict } from '@signalbox/kernel';
import { orMissing } from '@signalbox/platform-grpc';
import {
  companyAccountsFollowed, refreshPicture, type CrmPicture, type Definition, type FactStream, type KindRuntime, type Preparing, type WriteTarget, type WrittenChange,
} from '@signalbox/platform-orchestration';
import type { Transaction } from '@signalbox/platform-postgres';
import type { Crm, Entitlements, OrchestrationStore, WrittenField, WrittenNames } from '../../application/ports.ts';
import { CompanyNamesTable } from '../../domain/push-segment-names/company-names.ts';
import type { AccountNamesFact, NamesFacts } from '../../domain/push-segment-names/facts.ts';
import { pushSegmentNames } from '../../domain/push-segment-names/kind.ts';
import { namesIn, ownedAfter, stillOwned } from '../../domain/push-segment-names/names.ts';
import { beginNames, type NamesState } from '../../domain/push-segment-names/plan.ts';
import { isHealthy } from '../../domain/push-segment-names/prerequisites.ts';
import { createdSince, type NamesSettings } from '../../domain/push-segment-names/settings.ts';
import { accountFacts, type InScope } from './account-facts.ts';
import type { Clients } from './clients.ts';

const { ScheduleMode } = orchestrations;
type Call = { workspaceId: string; signal: AbortSignal };

export interface NamesSources {
  entitlements: Entitlements;
  crm: Crm;
  store: Pick<OrchestrationStore, 'writingTo'>;
  names: WrittenNames;
}

/** push_segment_names with its facts: the mirror's accounts, the companies that each is (matching), and the names of those (segments). */
export class SegmentNamesRuntime implements KindRuntime<AccountNamesFact, NamesState, NamesFacts> {
  readonly kind = pushSegmentNames;

  constructor(private readonly clients: Clients, private readonly from: NamesSources, private readonly now: () => Date) {}

  async facts({ workspaceId, connectionId, segmentId, orchestrationId }: Definition, signal?: AbortSignal): Promise<NamesFacts> {
    const call = { workspaceId, signal };
    const [entitlements, connection, { published }, scopeSegment, alike] = await Promise.all([
      this.from.entitlements.licensed(workspaceId),
      connectionId ? this.from.crm.connection(workspaceId, connectionId) : undefined,
      this.clients.segments.listPublishedSegments({}, call),
      segmentId ? orMissing(this.clients.segments.getSegment({ id: segmentId }, call)) : undefined,
      connectionId ? this.from.store.writingTo(workspaceId, connectionId, this.kind.name) : [],
    ]);
    const crmFields = isHealthy(connection) ? await this.from.crm.describe(workspaceId, connectionId, this.kind.object) : undefined;
    return { entitlements, connection, crmFields, published, scopeSegment, scheduled: alike.filter((one) => one.orchestrationId !== orchestrationId && one.schedule.mode !== ScheduleMode.MANUAL) };
  }

  target(definition: Definition, facts: NamesFacts): WriteTarget {
    const { separator } = beginNames(definition, facts);
    return { connectionId: definition.connectionId, provider: facts.connection?.provider ?? '', object: this.kind.object, externalIdField: '', memo: separator };
  }

  async refresh(definition: Definition, signal: AbortSignal, report: (preparing: Preparing) => Promise<void>): Promise<CrmPicture> {
    const { workspaceId, connectionId } = definition;
    const { field } = definition.settings as NamesSettings;
    const call = { workspaceId, signal };
    const picture = await refreshPicture(this.clients, { workspaceId, connectionId, objects: [this.kind.object], fields: [field] }, signal);
    const { fields } = await this.clients.crmWriter.getMirrorStatus({ connectionId, object: this.kind.object }, call);
    // Without the present value every account would be taken for one that has none.
    if (!fields.includes(field)) throw conflict('orchestrations.segment_names.not_mirrored', `Accounts are read without the field "${field}". Ask the CRM's administrator whether we may read it, and pull the accounts again.`, { field: 'settings.field' });
    const { version } = await this.clients.segments.getCompaniesPosition({}, call);
    await companyAccountsFollowed(() => this.position(connectionId, call), { mirrorSequence: picture.sequence, companiesVersion: version }, report, signal);
    return picture;
  }

  open(definition: Definition, facts: NamesFacts, signal: AbortSignal): FactStream<AccountNamesFact> {
    const { workspaceId, connectionId } = definition;
    const expected = this.clients.crmWriter.countRecords({ connectionId, object: this.kind.object }, { workspaceId, signal }).then(({ records }) => records);
    return { expected, batches: this.batches(definition, beginNames(definition, facts), { workspaceId, signal }) };
  }

  async written(tx: Transaction, workspaceId: string, { connectionId, memo = '' }: WriteTarget, records: readonly WrittenChange[]): Promise<void> {
    const fields = new Set(records.flatMap((record) => record.changes.map((change) => change.field)));
    for (const field of fields) {
      const at: WrittenField = { workspaceId, connectionId, field };
      const owned = await this.from.names.hold(tx, at, records.map((record) => record.crmId));
      const after = new Map(records.flatMap(({ crmId, changes }) => changes.filter((change) => change.field === field).map((change) => {
        const own = owned.get(crmId);
        const names = ownedAfter(new Set(own?.names), namesIn(change.before, memo, own?.separator ?? ''), namesIn(change.clear ? '' : change.after, memo));
        return [crmId, { names, separator: memo }] as const;
      })));
      await this.from.names.put(tx, at, after);
    }
  }

  private position = (connectionId: string, call: Call): Promise<matching.CompanyAccountsPosition> => this.clients.matching.followCompanyAccounts({ connectionId }, call);

  private async *batches(definition: Definition, state: NamesState, call: Call): AsyncGenerator<AccountNamesFact[]> {
    const { workspaceId, connectionId } = definition;
    const settings = definition.settings as NamesSettings;
    const companies = await this.companyNames(connectionId, settings.scope === 'segment' ? definition.segmentId : '', call);
    const at: WrittenField = { workspaceId, connectionId, field: state.field };
    // What is written from now on is not in the mirror's answers for certain, so nothing of it is forgotten.
    const asOf = await this.from.names.now();
    const streams = { accounts: this.accounts(connectionId, state.field, call), pairs: this.pairs(connectionId, call), owned: this.from.names.all(at) };
    for await (const facts of accountFacts(streams, companies, inScope(settings, this.now()))) {
      await this.forgetGone(at, facts, state, asOf);
      yield facts;
    }
  }

  /** Names of every company, and then the certainty that matching has decided about those companies. */
  private async companyNames(connectionId: string, scopeSegmentId: string, call: Call): Promise<CompanyNamesTable> {
    const table = new CompanyNamesTable();
    let companiesVersion = 0;
    for await (const { names, companies, version } of this.clients.segments.streamCompanyNames({ scopeSegmentId }, call)) {
      table.addNames(names);
      companiesVersion = Math.max(companiesVersion, version);
      for (const one of companies) table.add(one.companyId, one.names, one.inScope);
    }
    await companyAccountsFollowed(() => this.position(connectionId, call), { mirrorSequence: 0, companiesVersion }, () => Promise.resolve(), call.signal);
    return table;
  }

  private async *accounts(connectionId: string, field: string, call: Call): AsyncGenerator<crmWriter.RecordValue[]> {
    for await (const { records } of this.clients.crmWriter.streamRecordValues({ connectionId, object: this.kind.object, field }, call)) if (records.length > 0) yield records;
  }

  private async *pairs(connectionId: string, call: Call): AsyncGenerator<matching.CompanyAccount[]> {
    for await (const { pairs } of this.clients.matching.streamCompanyAccounts({ connectionId }, call)) yield pairs;
  }

  /** Names of ours that somebody has taken out are forgotten, should somebody write them again. */
  private async forgetGone(at: WrittenField, facts: readonly AccountNamesFact[], { separator }: NamesState, asOf: Date): Promise<void> {
    const gone = new Map<string, string[]>();
    for (const { crmId, owned, present, ownSeparator } of facts) {
      if (owned.length === 0) continue;
      const still = stillOwned(owned, namesIn(present, separator, ownSeparator));
      if (still.length < owned.length) gone.set(crmId, owned.filter((name) => !still.includes(name)));
    }
    if (gone.size > 0) await this.from.names.forget(at, gone, asOf);
  }
}

function inScope(settings: NamesSettings, now: Date): InScope {
  if (settings.scope === 'all') return () => true;
  if (settings.scope === 'segment') return (_account, inSegment) => inSegment;
  const since = createdSince(settings.scope, now).getTime();
  // One whose age is not told was written by us a moment ago.
  return ({ createdAt }) => createdAt === undefined || createdAt.getTime() >= since;
}
