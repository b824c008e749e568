import type { orchestrations } from '@signalbox/contracts';
import { CompanyNamesTable } from '../../domain/push-segment-names/company-names.ts';
import { createdSince } from '../../domain/push-segment-names/settings.ts';
import type { Clients } from './clients.ts';

const OBJECT = 'Account';

/** How many accounts each scope of push_segment_names would write (PSN-4), of what the mirror has: the CRM is not asked. */
export class NameScopes {
  constructor(private readonly clients: Clients, private readonly now: () => Date) {}

  /** @throws NotFound for a connection or a segment that is not there */
  async count(workspaceId: string, { connectionId, segmentId }: orchestrations.CountNameScopesRequest, signal: AbortSignal): Promise<orchestrations.CountNameScopesResponse> {
    const call = { workspaceId, signal };
    const now = this.now();
    const { records, created, pulledAt } = await this.clients.crmWriter.countRecords(
      { connectionId, object: OBJECT, createdSince: [createdSince('created_last_week', now), createdSince('created_last_day', now)] }, call);
    const counted = { connectionId, segmentId, accounts: records, createdLastWeek: created[0] ?? 0, createdLastDay: created[1] ?? 0, pulledAt };
    if (segmentId === '') return { ...counted, inSegment: undefined, companiesWaiting: 0 };
    const { waiting } = await this.clients.matching.followCompanyAccounts({ connectionId }, call);
    return { ...counted, inSegment: await this.inSegment(connectionId, segmentId, call), companiesWaiting: waiting };
  }

  private async inSegment(connectionId: string, scopeSegmentId: string, call: { workspaceId: string; signal: AbortSignal }): Promise<number> {
    const companies = new CompanyNamesTable();
    for await (const { companies: some } of this.clients.segments.streamCompanyNames({ scopeSegmentId }, call)) {
      for (const { companyId, inScope } of some) if (inScope) companies.add(companyId, [], true);
    }
    let count = 0;
    let last = '';
    for await (const { pairs } of this.clients.matching.streamCompanyAccounts({ connectionId }, call)) {
      for (const { accountId, companyId } of pairs) {
        // An account that is several companies comes once for each, one after the other.
        if (accountId === last || !companies.of([companyId]).inScope) continue;
        last = accountId;
        count += 1;
      }
    }
    return count;
  }
}
