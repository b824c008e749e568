import { Pace } from './pace.ts';

const headers = (remaining: number) => ({ 'x-hubspot-ratelimit-max': '100', 'x-hubspot-ratelimit-remaining': String(remaining), 'x-hubspot-ratelimit-interval-milliseconds': '10000' });

describe('the pace of calls', () => {
  it('lets calls go while there are enough left', () => {
    const pace = new Pace();
    pace.saw(headers(10), 0);
    expect(pace.waitMs(false, 0)).toBe(0);
  });

  it('spreads the last calls over the window, and waits it out when there is none', () => {
    const pace = new Pace();
    pace.saw(headers(9), 0);
    expect(pace.waitMs(false, 0)).toBe(1_000);
    pace.saw(headers(0), 1_000);
    expect(pace.waitMs(false, 1_000)).toBe(10_000);
    expect(pace.waitMs(false, 11_000)).toBe(0);
  });

  it('keeps searches four a second, and other calls apart from them', () => {
    const pace = new Pace();
    expect([pace.waitMs(true, 0), pace.waitMs(true, 0), pace.waitMs(true, 100), pace.waitMs(false, 100)]).toEqual([0, 250, 400, 0]);
  });

  it('takes headers that are missing, as of a search, for no news', () => {
    const pace = new Pace();
    pace.saw({}, 0);
    pace.saw({ ...headers(0), 'x-hubspot-ratelimit-max': 'lots' }, 0);
    expect(pace.waitMs(false, 0)).toBe(0);
  });
});
