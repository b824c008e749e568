import fc from 'fast-check';
import { csvCell } from './csv-cell.ts';
import { judge, type KeptRequest } from './idempotency.ts';
import { originVerdict } from './same-origin.ts';
import { waitMs } from './throttle.ts';

const now = new Date('2026-11-22T10:00:00Z');
const later = new Date('2026-11-22T10:05:00Z');

describe('a CSV cell', () => {
  it.each(['=1+1', '+49 30', '-5', '@SUM(A1)', '\t=1', '\r=1'])('%j is not run by a spreadsheet', (value) => expect(csvCell(value)).toBe(`'${value}`));

  it('keeps any other text, numbers and nothing as they are', () => {
    fc.assert(fc.property(fc.string().filter((text) => !/^[=+\-@\t\r]/.test(text)), (text) => csvCell(text) === text));
    expect([csvCell(-5), csvCell(undefined), csvCell(null), csvCell(now)]).toEqual(['-5', '', '', '2026-11-22T10:00:00.000Z']);
  });
});

describe('where a request comes from', () => {
  const host = 'app.example:8080';
  it.each([
    ['same', { fetchSite: 'same-origin', origin: undefined, host }], ['same', { fetchSite: undefined, origin: 'http://app.example:8080', host }],
    ['foreign', { fetchSite: 'cross-site', origin: 'http://app.example:8080', host }], ['foreign', { fetchSite: 'same-site', origin: undefined, host }], ['foreign', { fetchSite: 'none', origin: undefined, host }],
    ['foreign', { fetchSite: undefined, origin: 'http://evil.example', host }], ['foreign', { fetchSite: undefined, origin: 'null', host }], ['foreign', { fetchSite: 'same-origin', origin: 'http://app.example', host }],
    ['unknown', { fetchSite: undefined, origin: undefined, host }],
  ] as const)('is %s for %j', (verdict, evidence) => expect(originVerdict(evidence, undefined)).toBe(verdict));

  it('is compared with the public address where there is one', () => {
    expect(originVerdict({ fetchSite: undefined, origin: 'https://signalbox.example', host: 'gateway:80' }, 'https://signalbox.example')).toBe('same');
    expect(originVerdict({ fetchSite: undefined, origin: 'http://signalbox.example', host: 'signalbox.example' }, 'https://signalbox.example')).toBe('foreign');
  });
});

describe('failed sign-ins', () => {
  it('cost a wait from a number on, until their window ends', () => {
    expect(waitMs(undefined, 8, now)).toBe(0);
    expect(waitMs({ count: 7, windowEndsAt: later }, 8, now)).toBe(0);
    expect(waitMs({ count: 8, windowEndsAt: later }, 8, now)).toBe(300_000);
    expect(waitMs({ count: 8, windowEndsAt: now }, 8, now)).toBe(0);
  });
});

describe('a second request with a known key', () => {
  const kept = (more: Partial<KeptRequest>): KeptRequest => ({ route: 'POST /a', bodyHash: 'h', state: 'done', aliveUntil: later, ...more });
  const request = { route: 'POST /a', bodyHash: 'h', repeatable: false };

  it('is answered again, or waits, or may be done again where that is harmless', () => {
    expect(judge(kept({}), request, now)).toBe('replay');
    expect(() => judge(kept({ state: 'running' }), request, now)).toThrow(/in_flight/);
    expect(() => judge(kept({ state: 'running' }), { ...request, repeatable: true }, now)).toThrow(/in_flight/);
    expect(() => judge(kept({ state: 'running', aliveUntil: now }), request, now)).toThrow(/outcome_unknown/);
    expect(judge(kept({ state: 'running', aliveUntil: now }), { ...request, repeatable: true }, now)).toBe('take_over');
    expect(judge(kept({ state: 'unknown' }), { ...request, repeatable: true }, now)).toBe('take_over');
  });

  it('is refused for other content, whatever became of the first', () => {
    for (const state of ['running', 'done', 'unknown'] as const) {
      expect(() => judge(kept({ state }), { ...request, bodyHash: 'other' }, now)).toThrow(/key_reused/);
      expect(() => judge(kept({ state }), { ...request, route: 'POST /b' }, now)).toThrow(/key_reused/);
    }
  });
});
