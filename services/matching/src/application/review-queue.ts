import { asSignalboxError, invalid, type SignalboxError } from '@signalbox/kernel';
import { effectOf, type GivenAnswer } from '../domain/review.ts';
import type { Reviews, StoredReview } from './review-ports.ts';

export const MOST_ANSWERS = 1_000;

export interface AnswerToReview extends GivenAnswer {
  connectionId: string;
  companyId: string;
}

export type AnswerOutcome = { review: StoredReview } | { refused: SignalboxError };

/** Kinds of errors that are about one answer; after any other the caller asks again for all of them. */
const ABOUT_ONE: ReadonlySet<string> = new Set(['Invalid', 'NotFound', 'Conflict']);

/** A person's answers. */
export class AnswerReviews {
  constructor(private readonly reviews: Reviews) {}

  /**
   * Each answer stands alone, in one transaction; those that are refused leave the others as they are.
   * @throws Invalid `matching.review.too_many`
   */
  async run(workspaceId: string, subject: string, answers: readonly AnswerToReview[]): Promise<AnswerOutcome[]> {
    if (answers.length === 0) throw invalid('matching.review.none', 'Give at least one answer.', { field: 'answers' });
    if (answers.length > MOST_ANSWERS) throw invalid('matching.review.too_many', `At most ${MOST_ANSWERS} answers at once; there are ${answers.length}. Send several batches.`, { field: 'answers' });
    const outcomes: AnswerOutcome[] = [];
    for (const answer of answers) outcomes.push(await this.one(workspaceId, subject, answer));
    return outcomes;
  }

  private async one(workspaceId: string, subject: string, answer: AnswerToReview): Promise<AnswerOutcome> {
    const { connectionId, companyId, kind } = answer;
    try {
      if (connectionId === '') throw invalid('matching.connection_missing', 'Say in which connection: connection_id is empty.', { field: 'connection_id' });
      if (companyId === '') throw invalid('matching.review.company_missing', 'Say which company: company_id is empty.', { field: 'company_id' });
      return { review: await this.reviews.answer({ workspaceId, connectionId }, companyId, { subject, kind }, (review) => effectOf(review, review.standing, answer)) };
    } catch (error) {
      const refused = asSignalboxError(error);
      if (!ABOUT_ONE.has(refused.kind)) throw error;
      return { refused };
    }
  }
}
