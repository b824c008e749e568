import { invalid } from '@signalbox/kernel';
import type { z } from 'zod';

function sentence(issue: z.core.$ZodIssue): string {
  if (issue.code === 'unrecognized_keys') return `There is no field called ${issue.keys.map((k) => `'${k}'`).join(', ')} here.`;
  if (issue.code === 'invalid_type' && issue.input === undefined) return 'Is missing.';
  return issue.message.endsWith('.') ? issue.message : `${issue.message}.`;
}

/** @throws Invalid `gateway.request.invalid`, with every problem named by its field */
export function checked<S extends z.ZodType>(schema: S, value: unknown, where: 'body' | 'query'): z.output<S> {
  const result = schema.safeParse(value, { reportInput: true });
  if (result.success) return result.data;
  const problems = result.error.issues.map((issue) => ({ field: issue.path.map(String).join('.') || where, message: sentence(issue) }));
  const first = problems[0]!;
  const more = problems.length > 1 ? ` And ${problems.length - 1} more: see problems.` : '';
  throw invalid('gateway.request.invalid', `${first.field}: ${first.message}${more}`, { field: first.field, problems });
}
