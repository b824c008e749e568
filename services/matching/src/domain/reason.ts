import type { Account } from './found.ts';

const told = (account: Account): string => `"${account.facts.name}" (${account.accountId})`;

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
