import { startSalesforceSandbox } from '@signalbox/sandbox';
import type { PlanView, RunView } from '@signalbox/standalone';
import { waitFor } from '@signalbox/testing';
import type { StartTopology } from './topology/topology.ts';
import { Person } from './world/person.ts';
import { createWorldWith, type Sandbox, type World } from './world/world.ts';

const COUNT = 300;
type UndoPlan = PlanView & { undoesRunId: string; toWriteByAction: Record<string, number> };
type UndoRun = RunView & { undoesRunId: string | null; undoneByRunId: string | null };

/** Taking back what a run has created, end to end; the same on every shape of the product. */
export function describeUndo(shape: string, start: StartTopology): void {
  describe(`Undo on ${shape}`, () => {
    let world: World<Sandbox>;
    let person: Person;
    let orchestrationId: string;
    let connectionId: string;
    let ran: RunView;
    // People come to an account long after it was created, by the clock of the CRM.
    let minutes = 0;
    const ours = () => world.crm.records('Account').filter((a) => String(a['Name']).startsWith('Undone '));
    const account = (n: number) => String(ours().find((a) => a['Name'] === `Undone ${n}`)!['Id']);
    const planned = async (runId: string): Promise<UndoPlan> => {
      const { id } = await world.api.post<PlanView>(`/runs/${runId}/undo`, {});
      return waitFor(async () => {
        const plan = await world.api.get<UndoPlan>(`/plans/${id}`);
        return plan.state === 'generating' ? undefined : plan;
      }, { timeoutMs: 60_000, what: 'the plan of the undo' });
    };
    const runOf = (id: string) => world.api.get<UndoRun>(`/runs/${id}`);

    beforeAll(async () => {
      world = await createWorldWith(start, () => startSalesforceSandbox({ port: 0, now: () => Date.now() + minutes * 60_000 }));
      world.crm.seed('Account', [{ Name: 'Theirs', Website: 'theirs.example.com', BillingCountry: 'Germany' }]);
      person = await Person.signIn(world.crm);
      connectionId = await world.connect();
      await world.importCompanies(Array.from({ length: COUNT }, (_, n) => ({ id: `undo-${n}`, name: `Undone ${n}`, website: `undone-${n}.example.com`, country: 'Germany' })));
      orchestrationId = await world.orchestration('Accounts to undo', connectionId, (await world.segmentOf('undo-')).id);
      await world.preview(orchestrationId);
      ran = await world.run(orchestrationId);
      expect(ran.counts).toMatchObject({ planned: COUNT, succeeded: COUNT });
      minutes = 30;
      await person.change(account(0), { Website: 'moved.example.com' });
      await person.change(account(1), { Phone: '+49 30 1' });
      await person.change(account(2), { Website: null });
      await person.change(account(3), { Industry: 'Mining' });
      world.crm.seed('Contact', [{ LastName: 'Lee', Email: 'ann@undone-5.example.com', AccountId: account(5) }]);
    }, 240_000);
    afterAll(() => world?.stop(), 60_000);

    let preview: UndoPlan;
    it('ORC-11 plans the reverse of a finished run: what nobody else has changed is deleted, the rest is left alone and listed, and nothing is written', async () => {
      for (const n of [10, 11, 12]) await person.remove(account(n));
      preview = await planned(ran.id);
      expect(preview).toMatchObject({
        state: 'ready', undoesRunId: ran.id, planned: COUNT, toWrite: COUNT - 8, toWriteByAction: { delete: COUNT - 8 }, clears: 0, skippedByReason: { changed_since: 5, deleted_since: 3 },
      });
      const records = await world.records(preview.id);
      const text = (name: string) => records.find((r) => r.companyName === name)?.reasonText;
      expect(['Undone 0', 'Undone 1', 'Undone 2', 'Undone 3'].map(text)).toEqual(['Website', 'Phone', 'Website', 'Industry'].map((field) => `It is left as it is: ${field} was changed by someone else.`));
      expect(text('Undone 5')).toBe('It is left as it is: Contact ann@undone-5.example.com belongs to it.');
      expect(text('Undone 11')).toBe('The record is no longer in the CRM.');
      expect(records.find((r) => r.companyName === 'Undone 20')).toMatchObject({ action: 'delete', reason: 'undo_creation', crmId: account(20) });
      expect((await world.csv(`/plans/${preview.id}/records.csv`)).split('\n').filter((line) => line.includes(',delete,'))).toHaveLength(COUNT - 8);
      expect(ours()).toHaveLength(COUNT - 3);
      // The preview of the orchestration is still its own.
      expect((await world.api.get<{ latestPreviewId: string }>(`/orchestrations/${orchestrationId}`)).latestPreviewId).not.toBe(preview.id);
    }, 90_000);

    it('ORC-11 runs the undo as a run of its own, asks the CRM again right before it writes, and counts add up', async () => {
      minutes = 60;
      // After the preview was looked at.
      await person.change(account(4), { Description: 'A customer since today.', Phone: '+49 30 4' });
      const { id } = await world.api.post<RunView>(`/orchestrations/${orchestrationId}/runs`, { previewId: preview.id });
      await world.ended(id);
      const run = await runOf(id);
      expect(run).toMatchObject({
        state: 'finished', undoesRunId: ran.id, orchestrationId,
        counts: { planned: COUNT, succeeded: COUNT - 9, skipped: 9, failed: 0, remaining: 0, skippedByReason: { changed_since: 6, deleted_since: 3 } },
      });
      expect(await runOf(ran.id)).toMatchObject({ undoesRunId: null, undoneByRunId: id });
      expect(ours().map((a) => String(a['Name'])).sort()).toEqual([0, 1, 2, 3, 4, 5].map((n) => `Undone ${n}`));
      expect(world.crm.records('Account').some((a) => a['Name'] === 'Theirs')).toBe(true);
      const history = await world.api.get<{ items: { operation: string; name: string; changes: { field: string; before: string }[] }[] }>(`/writes?runId=${id}&limit=1000&state=succeeded`);
      expect(history.items).toHaveLength(COUNT - 9);
      expect(history.items[0]).toMatchObject({ operation: 'delete', changes: expect.arrayContaining([expect.objectContaining({ field: 'BillingCountry', before: 'Germany' })]) });
    }, 90_000);

    it('ORC-11 says that what an undo has deleted cannot be undone', async () => {
      const { undoneByRunId } = await runOf(ran.id);
      const answer = await world.api.post(`/runs/${undoneByRunId}/undo`, {}).catch((error: unknown) => String(error));
      expect(String(answer)).toContain('A deletion cannot be undone from here');
    });

    it('CNA-10 lists the companies again whose accounts were taken back, and creates them again', async () => {
      const again = await world.newPreview(orchestrationId);
      expect(again).toMatchObject({ toWrite: COUNT - 6 });
      const run = await world.run(orchestrationId);
      expect(run).toMatchObject({ state: 'finished', counts: { succeeded: COUNT - 6, failed: 0 } });
      expect(ours()).toHaveLength(COUNT);
    }, 90_000);
  });
}
