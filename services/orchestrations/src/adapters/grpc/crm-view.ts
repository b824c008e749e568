import type { crmWriter } from '@signalbox/contracts';
import { chunk } from '@signalbox/kernel';
import type { CrmPicture, CrmView, PresentRecord, WriteTarget } from '@signalbox/platform-orchestration';
import type { Clients } from './clients.ts';

/** Records with all their fields stay well under what one message may hold. */
const AT_ONCE = 250;

const toPresent = (record: crmWriter.CrmRecord): PresentRecord => ({
  deleted: record.deleted, fields: record.fields, createdAt: record.createdAt, modifiedAt: record.modifiedAt, attached: [],
});

/** The CRM as crm-writer's mirror has it. */
export class MirrorView implements CrmView {
  constructor(private readonly clients: Pick<Clients, 'crmWriter'>) {}

  async refresh(workspaceId: string, { connectionId, object }: WriteTarget, signal: AbortSignal): Promise<CrmPicture & { fields: readonly string[] }> {
    const mirror = await this.clients.crmWriter.refreshMirror({ connectionId, object, withAttached: true }, { workspaceId, signal });
    return { sequence: mirror.sequence, records: mirror.records, apiCalls: mirror.apiCalls, fields: mirror.fields };
  }

  async writable(workspaceId: string, { connectionId, object }: WriteTarget): Promise<readonly string[]> {
    const { fields } = await this.clients.crmWriter.describeObject({ connectionId, object }, { workspaceId });
    return fields.filter((f) => f.updateable).map((f) => f.name);
  }

  async records(workspaceId: string, { connectionId, object }: WriteTarget, crmIds: readonly string[], attached: boolean): Promise<ReadonlyMap<string, PresentRecord>> {
    const present = new Map<string, PresentRecord>();
    for (const few of chunk(crmIds, AT_ONCE)) {
      const { records } = await this.clients.crmWriter.listCrmRecords({ connectionId, object, crmIds: few, page: { limit: AT_ONCE } }, { workspaceId });
      for (const record of records) present.set(record.crmId, toPresent(record));
    }
    if (!attached) return present;
    const { records } = await this.clients.crmWriter.listRecordsOfAccounts({ connectionId, accountIds: [...crmIds] }, { workspaceId });
    for (const one of records) present.get(one.accountId)?.attached.push(`${one.object} ${one.name}`.trim());
    return present;
  }
}
