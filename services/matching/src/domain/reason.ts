import type { Evidence } from './evidence.ts';
import type { Account } from './decision.ts';

const told = (account: Account): string => `"${account.facts.name}" (${account.accountId})`;

function inWords(part: Evidence): string {
  const { comparison, outcome } = part;
  if (comparison === 'name') return { equal: 'same name', similar: 'similar name', different: 'another name', missing: 'no name to compare' }[outcome];
  if (comparison === 'domain') return { equal: 'same site', similar: 'related site', different: 'another site', missing: 'no site to compare' }[outcome];
  return { equal: 'same country', similar: 'same country', different: 'another country', missing: 'country not known' }[outcome];
}

const list = (evidence: readonly Evidence[]): string => evidence.map(inWords).join(', ');

export const matchReason = (account: Account, evidence: readonly Evidence[], rule: string): string => `The CRM has it as ${told(account)}: ${list(evidence)}. Decided by the rule "${rule}".`;

export const duplicateReason = (earlier: Account, evidence: readonly Evidence[], rule: string): string =>
  `The same company as ${told(earlier)}, earlier in this list: ${list(evidence)}. Decided by the rule "${rule}".`;

export const doubtfulDuplicateReason = (earlier: Account, evidence: readonly Evidence[]): string =>
  `${told(earlier)}, earlier in this list, may be the same company: ${list(evidence)}. A person should decide.`;

export const reviewReason = (account: Account, evidence: readonly Evidence[]): string =>
  `${told(account)} may be the same company: ${list(evidence)}. A person should decide.`;

export function newReason(closest: Account | undefined, evidence: readonly Evidence[]): string {
  if (!closest) return 'No account in the CRM has this name or site.';
  return `Not in the CRM. The closest account, ${told(closest)}, is another company: ${list(evidence)}.`;
}

export const TOO_MANY_TO_COMPARE = 'More companies share its site or its name than can be compared, and none of those compared is the same. A person should decide.';

export const NOTHING_TO_COMPARE = 'There is neither a name nor a site to look for. Give the company a name.';

export const linkReason = (accountId: string, origin: string): string => {
  const how = origin === 'created' ? 'because Signalbox created it there' : origin === 'person' ? 'by a person' : 'by an earlier match';
  return `This company is linked to the CRM account ${accountId}, ${how}.`;
};
