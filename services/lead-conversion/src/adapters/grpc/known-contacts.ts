import type { SegmentCompany } from '../../domain/facts.ts';
import { mirrorRecords } from './mirror-records.ts';
import type { Clients } from './peers.ts';
import type { SegmentIn } from './segment-accounts.ts';

/** Which contacts of which accounts have which mail address. */
export class KnownContacts {
  private readonly ids = new Map<string, string[]>();

  /** Of these accounts. */
  static async read(clients: Clients, { workspaceId, connectionId }: SegmentIn, accounts: ReadonlyMap<string, SegmentCompany>, signal: AbortSignal): Promise<KnownContacts> {
    const known = new KnownContacts();
    for await (const batch of mirrorRecords(clients, { workspaceId, connectionId, object: 'Contact' }, signal)) {
      for (const { crmId, accountId, email } of batch) if (email !== '' && accounts.has(accountId)) known.add(accountId, email, crmId);
    }
    return known;
  }

  /** By id, so that the first is the same each time (CLC-7). */
  with(accountId: string, email: string): readonly string[] {
    return email === '' ? [] : (this.ids.get(this.key(accountId, email)) ?? []).sort();
  }

  private add(accountId: string, email: string, crmId: string): void {
    const key = this.key(accountId, email);
    const present = this.ids.get(key);
    if (present) present.push(crmId);
    else this.ids.set(key, [crmId]);
  }

  private key = (accountId: string, email: string): string => `${accountId} ${email.trim().toLowerCase()}`;
}
