import type { ErrorEntry } from '../client/call-failure.ts';

export interface DuplicateRuleFinding {
  /** The record that stands in the way; empty when Salesforce does not say. */
  crmId: string;
  rule: string;
}

interface MatchResult {
  rule?: string;
  matchRecords?: { matchConfidence?: number; record?: { Id?: string } }[];
}

interface DuplicateResult {
  duplicateRule?: string;
  matchResults?: MatchResult[];
}

/** Reads the details of a duplicate rule. The member is misspelled `duplicateResut` in what Salesforce sends, and may be missing. */
export function readDuplicateRule(error: ErrorEntry): DuplicateRuleFinding {
  const result = (error.raw['duplicateResut'] ?? error.raw['duplicateResult']) as DuplicateResult | undefined;
  const matches = (result?.matchResults ?? []).flatMap((m) => m.matchRecords ?? []);
  const best = matches.filter((m) => m.record?.Id).sort((a, b) => (b.matchConfidence ?? 0) - (a.matchConfidence ?? 0))[0];
  return { crmId: best?.record?.Id ?? '', rule: result?.duplicateRule ?? result?.matchResults?.[0]?.rule ?? '' };
}
