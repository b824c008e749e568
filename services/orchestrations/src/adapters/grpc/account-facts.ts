import type { crmWriter, matching } from '@signalbox/contracts';
import type { WrittenNamesRow } from '../../application/ports.ts';
import type { CompanyNamesTable } from '../../domain/push-segment-names/company-names.ts';
import type { AccountNamesFact } from '../../domain/push-segment-names/facts.ts';
import { SortedReader, inOrder } from './sorted-reader.ts';

/** All by account id, in the order of its bytes. */
export interface AccountStreams {
  accounts: AsyncIterable<readonly crmWriter.RecordValue[]>;
  pairs: AsyncIterable<readonly matching.CompanyAccount[]>;
  owned: AsyncIterable<readonly WrittenNamesRow[]>;
}

/** Whether an account is to be written; asked with whether one of its companies is in the scope's segment. */
export type InScope = (account: crmWriter.RecordValue, inSegment: boolean) => boolean;

interface Beside {
  pairs: readonly matching.CompanyAccount[];
  owned: readonly WrittenNamesRow[];
}

/** Each account with what belongs on it and what we have written there, batch by batch, in one pass over the three. */
export async function* accountFacts(streams: AccountStreams, companies: CompanyNamesTable, inScope: InScope): AsyncGenerator<AccountNamesFact[]> {
  const pairs = new SortedReader('pairs', streams.pairs, (pair) => pair.accountId);
  const owned = new SortedReader('written names', streams.owned, (row) => row.crmId);
  let last = '';
  try {
    for await (const batch of streams.accounts) {
      for (const { crmId } of batch) last = inOrder('accounts', last, crmId);
      const beside = { pairs: await pairs.upTo(last), owned: await owned.upTo(last) };
      yield joined(batch, beside, companies, inScope);
    }
  } finally {
    await Promise.all([pairs.close(), owned.close()]);
  }
}

/** Pairs and rows of accounts that are no longer there are passed over. */
function joined(accounts: readonly crmWriter.RecordValue[], { pairs, owned }: Beside, companies: CompanyNamesTable, inScope: InScope): AccountNamesFact[] {
  let p = 0;
  let o = 0;
  return accounts.map((account) => {
    while (p < pairs.length && pairs[p]!.accountId < account.crmId) p += 1;
    const first = pairs[p]?.accountId === account.crmId ? pairs[p] : undefined;
    const ids: string[] = [];
    for (; pairs[p]?.accountId === account.crmId; p += 1) ids.push(pairs[p]!.companyId);
    while (o < owned.length && owned[o]!.crmId < account.crmId) o += 1;
    const ours = owned[o]?.crmId === account.crmId ? owned[o] : undefined;
    const found = companies.of(ids);
    return {
      crmId: account.crmId, name: account.name, companyId: first?.companyId ?? '', match: first && { rule: first.rule, score: first.score },
      present: account.value, wanted: found.names, owned: ours?.names ?? [], ownSeparator: ours?.separator ?? '', inScope: inScope(account, found.inScope),
    };
  });
}
