export interface Answer {
  /** The right account; empty when there is none. */
  truth: string;
  decision: string;
  accountId: string;
}

export interface Quality {
  f1: number;
  precision: number;
  recall: number;
  /** Share of those without an account that are called new. */
  newRecognised: number;
  review: number;
}

/** A match counts only with the right account, any of its duplicates; `review` counts as no answer. */
export function quality(answers: Iterable<Answer>, clusterOf: (accountId: string) => string): Quality {
  let [right, wrong, positives, negatives, foundNew, review] = [0, 0, 0, 0, 0, 0];
  for (const { truth, decision, accountId } of answers) {
    if (truth === '') negatives += 1;
    else positives += 1;
    if (decision === 'review') review += 1;
    else if (decision === 'match' && truth !== '' && clusterOf(accountId) === clusterOf(truth)) right += 1;
    else if (decision === 'match') wrong += 1;
    else if (truth === '') foundNew += 1;
  }
  const precision = right / Math.max(1, right + wrong);
  const recall = right / Math.max(1, positives);
  return { f1: right === 0 ? 0 : (2 * precision * recall) / (precision + recall), precision, recall, newRecognised: foundNew / Math.max(1, negatives), review };
}
