import { z } from 'zod';
import { enumWords } from '../json/contract.ts';
import { MatchBody, ruleChoice } from './connections.ts';
import { named } from './registry.ts';
import { id, pageQuery } from './shared.ts';

const connectionId = z.string().max(100).default('').describe('Empty: of every connection.');

export const ReviewsQuery = pageQuery({ connectionId, state: z.enum(enumWords('matching.v1.ReviewState')).default('open') });
export const AnswersQuery = z.strictObject({ connectionId, withdrawnToo: z.stringbool('Is neither true nor false').default(false).describe('Those taken back, too.') });

export const ReviewAnswersBody = named('ReviewAnswers', z.strictObject({
  answers: z.array(z.strictObject({
    connectionId: id, companyId: id, answer: z.enum(enumWords('matching.v1.ReviewAnswerKind')).describe('yes: the account is this company; no: it is not (without accountId: none of those shown); link: the company is any other account; withdraw: takes every answer about it back.'),
    accountId: z.string().max(100).default(''), version: z.int().min(0).default(0).describe('The version of the review that was looked at; 0 answers whichever there is.'),
  })).min(1, 'Give at least one answer').max(1000, 'At most 1,000 at once'),
}));

export const AccountSearchQuery = z.strictObject({ connectionId: id, search: z.string().min(2, 'Search with at least two characters').max(500).describe('The CRM’s id, or part of the name or website.'), limit: z.coerce.number('Is no number').int().min(1, 'At least 1').max(100, 'At most 100').default(20) });
export const DecisionsQuery = pageQuery({ connectionId: id, companyId: z.string().max(100).default('').describe('Of one company, with what was decided before; empty: the last of every company.'), planId: z.string().max(100).default('') });

export const SimulationBody = named('Simulation', z.strictObject({
  connectionId: id, ...ruleChoice, planId: z.string().max(100).default('').describe('Only what was decided for this preview or run.'), most: z.int().min(1).max(1000).default(200).describe('Most flips in the answer; the totals count all.'),
}));
export const ExplanationBody = named('Explanation', MatchBody.extend({ accountId: id }));
