import type { Account } from './found.ts';
import type { Settled, TieBreaker } from './tie-breakers.ts';

const told = (account: Pick<Account, 'accountId' | 'facts'>): string => `"${account.facts.name}" (${account.accountId})`;

export const matchReason = (account: Account, common: string, rule: string): string => `The CRM has it as ${told(account)}: ${common}. Decided by the rule "${rule}".`;

export const duplicateReason = (earlier: Account, common: string, rule: string): string => `The same company as ${told(earlier)}, earlier in this list: ${common}. Decided by the rule "${rule}".`;

export const doubtfulDuplicateReason = (earlier: Account, common: string): string => `${told(earlier)}, earlier in this list, may be the same company: ${common}. A person should decide.`;

export const reviewReason = (account: Account, common: string): string => `${told(account)} may be the same company: ${common}. A person should decide.`;

export function newReason(closest: Account | undefined, common: string): string {
  if (!closest) return 'Not in the CRM: no account shares its name, a rare word of it, or its site.';
  return `Not in the CRM. The closest account, ${told(closest)}, is another company: ${common}.`;
}

export const TOO_MANY_TO_COMPARE = 'More companies share its site or its name than can be compared, and none of those compared is the same. A person should decide.';

export const NOTHING_TO_COMPARE = 'There is neither a name nor a site to look for. Give the company a name.';

export const linkReason = (accountId: string, origin: string): string => {
  const how = origin === 'created' ? 'because Signalbox created it there' : origin === 'person' ? 'by a person' : 'by an earlier match';
  return `This company is linked to the CRM account ${accountId}, ${how}.`;
};

export const saidSameReason = (earlier: Pick<Account, 'accountId' | 'facts'>): string => `The same company as ${told(earlier)}, earlier in this list: a person said so.`;

export const leadMatchReason = (account: Account, common: string, rule: string): string => `The lead belongs to ${told(account)}: ${common}. Decided by the rule "${rule}".`;

export const leadReviewReason = (account: Account, common: string): string => `The lead may belong to ${told(account)}: ${common}. That is not sure enough to be settled.`;

export function leadNewReason(closest: Account | undefined, common: string): string {
  if (!closest) return 'The lead belongs to no account: none shares its company, a rare word of it, or the domain of its mail address.';
  return `The lead belongs to no account. The closest, ${told(closest)}, is another company: ${common}.`;
}

export const NO_LEAD_FACTS = 'The lead says neither a company nor a mail address of one.';

export const namedReason = (account: Account): string => `The lead itself names the account ${told(account)}.`;

export const notNamedReason = (accountId: string): string => `The lead names the account ${accountId}, which the CRM does not have (any more).`;

const BETTER: Readonly<Record<TieBreaker, string>> = {
  'most-contacts': 'has the most contacts', 'most-open-opportunities': 'has the most open opportunities', 'most-leads': 'has the most leads',
  'newest-activity': 'has the newest activity', oldest: 'is the oldest', 'owner-match': 'has the same owner',
};

/** How it came to be this one of several accounts that hold equally (CLC-9). */
export function settledReason({ by, among }: Settled<unknown>): string {
  const many = `${among} accounts hold equally;`;
  if (by.length === 0) return `${many} no tie-breaker tells them apart, so it is the likeliest, at last the one with the smallest CRM id.`;
  return `${many} this one ${by.map((one) => BETTER[one]).join(' and ')}.`;
}
