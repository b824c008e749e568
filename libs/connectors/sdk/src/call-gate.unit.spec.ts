import { retryable } from '@signalbox/kernel';
import { Allowance } from './allowance.ts';
import { CallCounter } from './call-counter.ts';
import { CallGate, type CallPurpose } from './call-gate.ts';
import { connectionLimits } from './call-limits.ts';
import type { ConnectorManifest } from './manifest.ts';
import { errorOf, testParts } from './testing/index.ts';

/** A budget that notes what it was asked for and what came of each call. */
function budget(refuse?: Error) {
  const asked: CallPurpose[] = [];
  const ended: boolean[] = [];
  return {
    asked, ended,
    take: async (purpose: CallPurpose) => {
      if (refuse) throw refuse;
      asked.push(purpose);
      return { end: (refused: boolean) => void ended.push(refused) };
    },
  };
}
const allowance = () => new Allowance({ reservePercent: 5, system: 'the CRM' });

describe('the gate that every API call goes through', () => {
  it('asks the shared budget for what the work is for, counts the call, and tells what came of it, also of one that fails', async () => {
    const shared = budget();
    const gate = new CallGate(allowance(), testParts(), shared);
    const counter = new CallCounter();
    expect(await gate.run('query', { counter }, async () => 7, () => false)).toBe(7);
    await expect(gate.run('composite', { counter, purpose: 'write' }, async () => { throw new Error('429'); }, () => true)).rejects.toThrow('429');
    expect(shared).toMatchObject({ asked: ['read', 'write'], ended: [false, true] });
    expect(counter.take()).toEqual({ query: 1, composite: 1 });
  });

  it('makes no call, and counts none, while stopping, without allowance, or when the budget is spent', async () => {
    const counter = new CallCounter();
    const never = async () => { throw new Error('called all the same'); };
    const spent = new CallGate(allowance(), testParts(), budget(retryable('connector.budget_spent', 'Spent.', 1_000)));
    expect(await errorOf(spent.run('query', { counter }, never, () => false))).toMatchObject({ code: 'connector.budget_spent' });
    const used = allowance();
    const parts = testParts();
    used.saw(96, 100, parts.clock.now());
    const shared = budget();
    expect(await errorOf(new CallGate(used, parts, shared).run('query', { counter }, never, () => false))).toMatchObject({ code: 'connector.allowance_reserved' });
    const gate = new CallGate(allowance(), parts, shared);
    expect(await errorOf(gate.run('query', { counter, signal: AbortSignal.abort() }, never, () => false))).toMatchObject({ code: 'connector.stopping' });
    expect(shared.asked).toEqual([]);
    expect(counter.take()).toEqual({});
  });
});

describe('what a connection may call', () => {
  const manifest = { budget: { rate: { calls: 100, windowMs: 10_000 }, concurrent: 25, day: 'midnight' } } as ConnectorManifest;

  it('is what its connector says, unless a person has set another', () => {
    expect(connectionLimits(manifest, {})).toEqual({ rate: { calls: 100, windowMs: 10_000 }, concurrent: 25, day: 'midnight', timeZone: 'UTC' });
    expect(connectionLimits(manifest, { api_rate_limit: ' 190 ', time_zone: 'Europe/Berlin' })).toMatchObject({ rate: { calls: 190 }, timeZone: 'Europe/Berlin' });
  });

  it.each([['api_rate_limit', '9'], ['api_rate_limit', 'many'], ['api_rate_limit', '10.5'], ['time_zone', 'Mars/Olympus']])('names the setting %s that is not well formed: %s', (name, value) => {
    expect(() => connectionLimits(manifest, { [name]: value })).toThrow(expect.objectContaining({ kind: 'Invalid', field: `settings.${name}` }));
  });
});
