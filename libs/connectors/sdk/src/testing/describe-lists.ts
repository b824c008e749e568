import type { ConnectorLists, MemberOutcome } from '../lists.ts';
import { objectOf } from '../manifest.ts';
import { errorOf, type SuiteContext } from './suite-context.ts';

const MISSING = '4711';

async function gather<T>(pages: AsyncIterable<T[]>): Promise<T[]> {
  const all: T[] = [];
  for await (const page of pages) all.push(...page);
  return all;
}

function byResult(outcomes: readonly MemberOutcome[]): Record<string, string[]> {
  const results: Record<string, string[]> = {};
  for (const { crmId, result } of outcomes) results[result] = [...(results[result] ?? []), crmId].sort();
  return results;
}

/** What a connector does whose CRM keeps lists with members. */
export function describeLists(context: () => SuiteContext): void {
  describe('lists', () => {
    const lists = (): ConnectorLists => context().session.lists!;
    const object = () => context().harness.object;
    const perCall = () => context().harness.membersPerCall!;
    const members = async (id: string) => (await gather(lists().members(id))).sort();

    it('a list is found by its name or made, once, and stands among all lists', async () => {
      expect(await lists().find(object(), 'Big ones')).toBeUndefined();
      const made = await lists().ensure(object(), 'Big ones');
      expect(made).toMatchObject({ name: 'Big ones', manual: true });
      expect(await lists().ensure(object(), 'Big ones')).toEqual(made);
      expect(await lists().find(object(), 'big ONES')).toEqual(made);
      expect(await gather(lists().all(object()))).toEqual([made]);
    });

    it('WFL-8 members are added and removed in large calls, each with its result, and records that the CRM does not have are reported, not invented', async () => {
      const c = context();
      const ids = c.seedCompanies(perCall() + 500);
      const { id } = await lists().ensure(object(), 'Segment A');
      const calls = c.harness.apiCalls();
      expect(byResult(await gather(lists().change(id, { add: [...ids, MISSING], remove: [] })))).toEqual({ added: [...ids].sort(), deleted_in_crm: [MISSING] });
      expect(c.harness.apiCalls() - calls).toBe(2);
      const [again, leaving] = [ids.slice(0, 10), ids.slice(-10)];
      expect(byResult(await gather(lists().change(id, { add: again, remove: leaving })))).toEqual({ unchanged: [...again].sort(), removed: [...leaving].sort() });
      expect(await members(id)).toEqual(ids.slice(0, -10).sort());
      expect(c.stored().size).toBe(ids.length);
      expect(await errorOf(gather(lists().change(id, { add: [ids[0]!], remove: [ids[0]!] })))).toMatchObject({ kind: 'Invalid' });
    });

    it('row-deleted-remotely: a record that has gone is no member any more, and cannot be one again', async () => {
      const c = context();
      const ids = c.seedCompanies(3);
      const { id } = await lists().ensure(object(), 'Some');
      await c.harness.remove(ids[1]!);
      expect(byResult(await gather(lists().change(id, { add: ids, remove: [] })))).toEqual({ added: [ids[0], ids[2]].sort(), deleted_in_crm: [ids[1]] });
    });

    it('timeout-after-commit: a lost answer makes no second list, and every member is there once', async () => {
      const c = context();
      const ids = c.seedCompanies(20);
      c.harness.trouble({ kind: 'timeout-after-commit' });
      const { id } = await lists().ensure(object(), 'Once');
      c.harness.trouble({ kind: 'timeout-after-commit' });
      expect(byResult(await gather(lists().change(id, { add: ids, remove: [] })))).toEqual({ unchanged: [...ids].sort() });
      expect(await members(id)).toEqual([...ids].sort());
      expect(await gather(lists().all(object()))).toHaveLength(1);
    });

    it('429-mid-batch: what was reported is done, and sending the rest again ends in the same list', async () => {
      const c = context();
      const ids = c.seedCompanies(perCall() + 300);
      const { id } = await lists().ensure(object(), 'Waiting');
      c.harness.trouble({ kind: '429-mid-batch', skip: 1 });
      const reported: MemberOutcome[] = [];
      const all = async () => { for await (const some of lists().change(id, { add: ids, remove: [] })) reported.push(...some); };
      expect(await errorOf(all())).toMatchObject({ kind: 'Retryable' });
      expect(reported).toHaveLength(perCall());
      c.harness.trouble({ kind: '429-mid-batch', skip: Number.MAX_SAFE_INTEGER });
      expect(await members(id)).toEqual(reported.map((o) => o.crmId).sort());
      await all();
      expect(await members(id)).toEqual([...ids].sort());
    });

    it('expired-session: signs in again once and goes on', async () => {
      const c = context();
      const ids = c.seedCompanies(5);
      const { id } = await lists().ensure(object(), 'Long work');
      c.harness.trouble({ kind: 'expired-session', forever: false });
      expect(await gather(lists().change(id, { add: ids, remove: [] }))).toHaveLength(5);
      expect(await members(id)).toEqual([...ids].sort());
    });

    it('limit-for-today: nothing is changed, and it says when to come again', async () => {
      const c = context();
      const ids = c.seedCompanies(5);
      const { id } = await lists().ensure(object(), 'Tomorrow');
      c.harness.trouble({ kind: 'limit-for-today' });
      expect(await errorOf(gather(lists().change(id, { add: ids, remove: [] })))).toMatchObject({ kind: 'Retryable', publicMessage: expect.stringMatching(/today/i) });
      expect(await members(id)).toEqual([]);
    });

    it('a list that is gone is named as such', async () => {
      expect(await errorOf(gather(lists().change('999999', { add: ['1'], remove: [] })))).toMatchObject({ kind: 'NotFound' });
      expect(await errorOf(gather(lists().members('999999')))).toMatchObject({ kind: 'NotFound' });
    });
  });
}

/** The manifest and the session agree about lists. */
export function itSaysWhetherThereAreLists(context: () => SuiteContext, lists: boolean): void {
  it(`says in its manifest that there are ${lists ? 'lists' : 'no lists'} of the object`, () => {
    const { session, harness } = context();
    expect(objectOf(harness.connector.manifest, harness.object)?.lists ?? false).toBe(lists);
    expect(session.lists !== undefined).toBe(lists);
  });
}
