import { crmWriter, matching } from '@signalbox/contracts';
import { CompanyNamesTable } from '../../domain/push-segment-names/company-names.ts';
import type { WrittenNamesRow } from '../../application/ports.ts';
import type { AccountNamesFact } from '../../domain/push-segment-names/facts.ts';
import { accountFacts } from './account-facts.ts';

async function* batches<T>(...given: T[][]): AsyncGenerator<T[]> {
  yield* given;
}
const account = (crmId: string) => crmWriter.RecordValue.fromPartial({ crmId, name: `Account ${crmId}`, value: `value of ${crmId}` });
const ours = (crmId: string, names: string[], separator = '; '): WrittenNamesRow => ({ crmId, names, separator });
const pair = (accountId: string, companyId: string) => matching.CompanyAccount.fromPartial({ accountId, companyId, rule: 'name', score: 9 });
const companies = new CompanyNamesTable();
companies.addNames(['Big', 'Cloud']);
companies.add('k1', [0], false);
companies.add('k2', [1], true);

async function facts(accounts: crmWriter.RecordValue[][], pairs: matching.CompanyAccount[][], owned: WrittenNamesRow[][]): Promise<AccountNamesFact[]> {
  const found: AccountNamesFact[] = [];
  for await (const batch of accountFacts({ accounts: batches(...accounts), pairs: batches(...pairs), owned: batches(...owned) }, companies, (_account, inSegment) => inSegment)) found.push(...batch);
  return found;
}

describe('accounts with what belongs on them', () => {
  it('meets its companies and what we have written there, however the three are cut into batches', async () => {
    const pairs = [pair('0', 'k1'), pair('a', 'k1'), pair('a', 'k2'), pair('c', 'k2'), pair('cc', 'k1'), pair('z', 'k1')];
    const owned = [ours('Z', ['Gone']), ours('b', ['Big'], '|'), ours('c', ['Cloud'])];
    const expected = [['a', 'k1', ['Big', 'Cloud'], [], '', true], ['b', '', [], ['Big'], '|', false], ['c', 'k2', ['Cloud'], ['Cloud'], '; ', true], ['d', '', [], [], '', false]];
    const shown = (all: AccountNamesFact[]) => all.map((one) => [one.crmId, one.companyId, one.wanted, one.owned, one.ownSeparator, one.inScope]);
    const accounts = ['a', 'b', 'c', 'd'].map(account);
    expect(shown(await facts([accounts], [pairs], [owned]))).toEqual(expected);
    expect(shown(await facts(accounts.map((one) => [one]), pairs.map((one) => [one]), owned.map((one) => [one])))).toEqual(expected);
    expect(shown(await facts([accounts.slice(0, 1), [], accounts.slice(1)], [[], pairs], [owned.slice(0, 2), owned.slice(2)]))).toEqual(expected);
    expect((await facts([accounts], [pairs], [owned]))[0]).toMatchObject({ name: 'Account a', present: 'value of a', match: { rule: 'name', score: 9 } });
  });

  it('plans nothing when something comes out of order: what was passed over would be taken for missing', async () => {
    const accounts = [[account('a'), account('b')]];
    const wrong = { code: 'orchestrations.segment_names.out_of_order' };
    await expect(facts([[account('b'), account('a')]], [], [])).rejects.toMatchObject(wrong);
    await expect(facts(accounts, [[pair('b', 'k1'), pair('a', 'k1')]], [])).rejects.toMatchObject(wrong);
    await expect(facts(accounts, [], [[ours('b', [])], [ours('a', [])]])).rejects.toMatchObject(wrong);
  });
});
