import type { segments, types } from '@signalbox/contracts';
import { invalid } from '@signalbox/kernel';
import { draftCompany, isProblem, type CompanyDraft } from '../domain/company.ts';
import { sourceIdFor } from './import-companies.ts';
import type { Companies } from './ports.ts';
import type { RefreshMembers } from './refresh-members.ts';

export const MOST_COMPANIES = 1_000;
const EVALUATION_MS = 20_000;

/** Creates or replaces companies; one that is refused does not hold up the others. */
export class UpsertCompanies {
  constructor(
    private readonly companies: Companies,
    private readonly refresher: RefreshMembers,
    private readonly monotonicMs: () => number,
  ) {}

  async run(workspaceId: string, given: readonly types.Company[]): Promise<segments.UpsertCompanyResult[]> {
    if (given.length > MOST_COMPANIES) throw invalid('segments.company.too_many', `There are ${given.length} companies in the call; at most ${MOST_COMPANIES} may be. Send the rest in further calls.`, { field: 'companies' });
    const drafts = given.map((company) => draftCompany(company, sourceIdFor));
    const valid = drafts.filter((draft): draft is CompanyDraft => !isProblem(draft));
    const outcomes = await this.companies.upsert(workspaceId, valid);
    if (outcomes.some((outcome) => outcome.changed)) await this.refresher.refresh(workspaceId, this.monotonicMs() + EVALUATION_MS);
    let next = 0;
    return drafts.map((draft, i) => {
      if (!isProblem(draft)) return { ...outcomes[next++]!, problem: undefined };
      return { companyId: '', created: false, changed: false, problem: { field: `companies[${i}].${draft.field}`, message: draft.message } };
    });
  }
}
