import { equallyHeld } from './equally-held.ts';
import { FEATURES } from './features.ts';
import type { Compared } from './judgement.ts';
import { profileOf, type Profile } from './profile.ts';

interface Common {
  /** 1: the same name. */
  core?: number;
  /** 1: the same country, -1: another. */
  country?: number;
}

const profile = (name: string, website = 'acme.com', country = 'US'): Profile => profileOf({ name, website, country });

function compared(accountId: string, name: string, score: number, { core = 1, country = 1 }: Common = {}, website = 'acme.com'): Compared {
  const features = new Float32Array(FEATURES.length);
  features[FEATURES.indexOf('core_equal')] = core;
  features[FEATURES.indexOf('site_state')] = website === 'acme.com' ? 3 : 0;
  features[FEATURES.indexOf('country')] = country;
  return { account: { accountId, profile: profile(name, website) }, score, features };
}

describe('accounts that hold equally', () => {
  const asked = profile('Acme');
  const best = compared('001A', 'Acme', 0.99);
  const beside = (others: Compared[], strict = false): string[] => equallyHeld(asked, best, [best, ...others], { matchAt: 0.6 }, strict).map((one) => one.account.accountId);

  it('CLC-9 are as likely as the match within a hundredth, when they have as much in common', () => {
    const others = [compared('001B', 'Acme Rockets', 0.985), compared('001C', 'Acme Trains', 0.975), compared('001D', 'Acme Boats', 0.985, { core: 0 })];
    expect(beside(others)).toEqual(['001A', '001B']);
  });

  it('CLC-9 are called the same on the same domain, however sure the model is of each, but not where it would not match them', () => {
    const others = [compared('001B', 'ACME Inc.', 0.7), compared('001C', 'Acme', 0.59), compared('001D', 'Acme', 0.7, {}, 'acme.co.uk')];
    expect(beside(others)).toEqual(['001A', '001B']);
  });

  it('CLC-9 have the same to say about the country: that one settles first', () => {
    expect(beside([compared('001B', 'Acme', 0.99, { country: -1 }), compared('001C', 'Acme', 0.99, { country: 0 }), compared('001D', 'Acme', 0.99)])).toEqual(['001A', '001D']);
  });

  it('CNA-4 are the same as written where the match is, whatever the model says of them', () => {
    expect(beside([compared('001B', 'Acme Inc', 0.99), compared('001C', 'acme', 0.3)], true)).toEqual(['001A', '001C']);
  });
});
