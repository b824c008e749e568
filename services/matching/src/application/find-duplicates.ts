import type { Account } from '../domain/decision.ts';
import { clustersOf, type Cluster } from '../domain/duplicates.ts';
import type { AccountIndex, IndexId, Rules } from './ports.ts';

/** CRM accounts that are the same company under the workspace's rules. */
export class FindDuplicates {
  constructor(
    private readonly index: AccountIndex,
    private readonly rules: Rules,
  ) {}

  async run(index: IndexId): Promise<Cluster[]> {
    const rules = await this.rules.current(index.workspaceId);
    const accounts: Account[] = [];
    for await (const account of this.index.accountsWithCompany(index)) accounts.push(account);
    return clustersOf(accounts, rules);
  }
}
