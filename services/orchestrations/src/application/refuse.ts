import { invalid, type SignalboxError } from '@signalbox/kernel';
import type { KindProblem } from '@signalbox/platform-orchestration';

/** All problems as one error: it carries the code and field of the first, and each with its field. */
export function refusal(problems: readonly KindProblem[]): SignalboxError {
  const [first] = problems;
  const message = problems.length === 1 ? (first?.message ?? '') : problems.map((p) => `${p.field}: ${p.message}`).join(' ');
  return invalid(first?.code ?? 'orchestrations.invalid', message, { field: first?.field, problems: problems.map(({ field, message: words }) => ({ field, message: words })) });
}

export function refuseAny(problems: readonly KindProblem[]): void {
  if (problems.length > 0) throw refusal(problems);
}
