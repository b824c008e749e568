import { nameKeyOf } from './company-name.ts';
import type { Profile } from './profile.ts';

const FIELD = '\u001f';
const FORM = '\u001e';
const PART = '\u001d';

/** An account's id and profile as one text; half the size of the object and read faster than made. */
export function packProfile(accountId: string, p: Profile): string {
  const forms = p.forms.map((form) => `${form.tokens.join(' ')}${PART}${form.words.join(' ')}`).join(FORM);
  return [accountId, p.plainName, forms, p.legal, p.host, p.domain, p.label, p.site, p.countryCode].join(FIELD);
}

export function unpackProfile(text: string): { accountId: string; profile: Profile } {
  const [accountId = '', plainName = '', packed = '', legal = '', host = '', domain = '', label = '', site = '', countryCode = ''] = text.split(FIELD);
  const forms = packed === '' ? [] : packed.split(FORM).map((form) => {
    const at = form.indexOf(PART);
    return { tokens: form.slice(0, at).split(' '), words: form.slice(at + 1).split(' ') };
  });
  const tokens = forms[0]?.tokens ?? [];
  return { accountId, profile: { plainName, nameKey: nameKeyOf(tokens), tokens, forms, legal, host, domain, label, site, countryCode } };
}
