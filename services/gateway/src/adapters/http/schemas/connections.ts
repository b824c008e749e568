import { z } from 'zod';
import { enumWords } from '../json/contract.ts';
import { named } from './registry.ts';
import { id, name, pageQuery, texts, version } from './shared.ts';

const dailyCalls = z.int().min(0).max(1_000_000_000).describe('Most API calls a day; 0: as many as the CRM allows. Work that waits for the budget is tried again at once.');
const baseUrl = z.url({ protocol: /^https?$/, error: 'Is no http or https address' }).max(2000);

export const NewConnection = named('NewConnection', z.strictObject({
  name, provider: z.string().min(1).max(50).describe('As in GET /providers, e.g. salesforce.'), baseUrl, authKind: z.string().min(1).max(50).describe('As in GET /providers.'),
  settings: texts.default({}), secrets: texts.default({}).describe('Encrypted at once; never returned.'), environment: z.enum(['production', 'sandbox']).default('production'), dailyCalls: dailyCalls.default(0),
}));
export const ConnectionPatch = named('ConnectionPatch', z.strictObject({
  name: name.optional(), baseUrl: baseUrl.optional(), settings: texts.optional().describe('Replaces all settings.'), secrets: texts.optional().describe('Only the secrets named here are replaced.'), dailyCalls: dailyCalls.optional(), version,
}));
export const PullBody = named('Pull', z.strictObject({ object: z.string().min(1).max(100).default('Account') }));

const object = z.string().min(1).max(100).default('Account');
export const MirrorQuery = z.strictObject({ object });
export const CrmRecordsQuery = pageQuery({ object, crmIds: z.string().max(20_000).default('').describe('Only these ids, separated by commas.') });
const writesFilter = {
  connectionId: z.string().max(100).default(''), runId: z.string().max(100).default(''), crmId: z.string().max(100).default(''),
  state: z.enum(['', 'intended', 'succeeded', 'skipped', 'failed', 'unknown_then_settled']).default(''),
  search: z.string().max(500).default('').describe('A record’s id, or part of its name; at least two characters.'),
  since: z.iso.datetime({ offset: true, error: 'Give a time such as 2026-11-23T00:00:00Z' }).optional().describe('Written at this time or later.'),
  until: z.iso.datetime({ offset: true, error: 'Give a time such as 2026-11-23T00:00:00Z' }).optional().describe('Written before this time.'),
};
export const WritesQuery = pageQuery(writesFilter);
export const WritesFileQuery = z.strictObject(writesFilter);

export const MatchBody = named('MatchQuestion', z.strictObject({
  connectionId: id, candidate: z.strictObject({ id: z.string().max(100).default(''), name: z.string().max(2000).default(''), website: z.string().max(2000).default(''), country: z.string().max(500).default('') }),
}));
const probability = z.number().gt(0, 'Give a probability above 0').max(1, 'Give a probability of at most 1');
/** What a workspace may choose about its rules: to be put, or to be tried. */
export const ruleChoice = {
  blocks: z.array(z.strictObject({ name, allOf: z.array(z.enum(enumWords('matching.v1.MatchType'))).min(1, 'Name at least one match type'), ignoreCountry: z.boolean().default(false) })).max(50).default([]).describe('None: the built-in blocks.'),
  matchAt: probability.nullish().describe('From this probability on it is a match; null: the model’s own threshold.'),
  reviewAt: probability.nullish().describe('From this probability on a person is asked; null: the model’s own threshold.'),
  tieBreakers: z.array(z.enum(enumWords('matching.v1.TieBreaker'))).max(10).default([]).describe('In order; the smallest CRM id comes last by itself.'),
};
export const MatchRulesBody = named('MatchRulesInput', z.strictObject({
  ...ruleChoice, version,
}));
