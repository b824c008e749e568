import { invalid, type FieldProblem } from '@signalbox/kernel';
import type { TieBreaker } from './tie-breakers.ts';

/** What a condition of a rule block compares; the contract's MatchType says what each means. */
export const MATCH_TYPES = ['strict', 'normalised-name', 'domain-and-subdomain', 'domain', 'similar-name', 'domain-not-different'] as const;
export type MatchType = (typeof MATCH_TYPES)[number];

/** Conditions that must all hold. Unless `ignoreCountry`, the countries must be equal, or one of them not known. */
export interface RuleBlock {
  name: string;
  allOf: MatchType[];
  ignoreCountry: boolean;
}

export interface RuleSet {
  version: number;
  blocks: RuleBlock[];
  /**
   * The product's own rules. They alone leave doubtful cases to a person (REVIEW); a workspace's rules are exact: a block
   * holds or it does not.
   */
  builtIn: boolean;
  /** From this probability on it is a match; left out: the model's own threshold. */
  matchAt?: number;
  /** From this probability on a person should look; at most `matchAt`; left out: the model's own threshold. */
  reviewAt?: number;
  /** In order; the smallest CRM id comes after them. */
  tieBreakers?: readonly TieBreaker[];
}

/** What a workspace may change about its rules. */
export type RuleChoice = Pick<RuleSet, 'blocks' | 'matchAt' | 'reviewAt'> & { tieBreakers: readonly TieBreaker[] };

/** What decides before the learned model does: the same as written, per country (CNA-5). The model and its thresholds do the rest. */
export const BUILT_IN_BLOCKS: readonly RuleBlock[] = [{ name: 'strict', allOf: ['strict'], ignoreCountry: false }];
/** Version of the built-in rules in a workspace that never set its own. */
export const FIRST_VERSION = 1;

/** Conditions the index can be searched by: a block needs one, or it would compare everything with everything. */
const SEARCHABLE: ReadonlySet<MatchType> = new Set(['strict', 'normalised-name', 'domain-and-subdomain', 'domain']);
const MOST_BLOCKS = 20;
const LONGEST_NAME = 60;
/** Rules of the engine that are no blocks. */
const RESERVED: ReadonlyMap<string, string> = new Map([['link', "a company's link to its account"], ['account-id', 'the account that a lead names']]);

function problemsOf(block: RuleBlock, at: number, names: ReadonlySet<string>): FieldProblem[] {
  const problems: FieldProblem[] = [];
  const field = (part: string): string => `blocks[${at}].${part}`;
  const name = block.name.trim();
  if (name === '') problems.push({ field: field('name'), message: 'Give the block a name.' });
  if (/\p{Cc}/u.test(name)) problems.push({ field: field('name'), message: 'Use no control characters in the name.' });
  if (name.length > LONGEST_NAME) problems.push({ field: field('name'), message: `Use at most ${LONGEST_NAME} characters for the name.` });
  if (names.has(name.toLowerCase())) problems.push({ field: field('name'), message: `Two blocks are called "${name}". Give each a name of its own.` });
  const reserved = RESERVED.get(name.toLowerCase());
  if (reserved) problems.push({ field: field('name'), message: `"${name}" is what ${reserved} is called. Choose another name.` });
  if (block.allOf.length === 0) problems.push({ field: field('all_of'), message: 'Add at least one match type.' });
  else if (!block.allOf.some((type) => SEARCHABLE.has(type))) {
    problems.push({ field: field('all_of'), message: 'Add one of strict, normalised name, domain and subdomain, or domain: the index is searched by these.' });
  }
  if (new Set(block.allOf).size < block.allOf.length) problems.push({ field: field('all_of'), message: 'A match type stands twice in this block. Take one away.' });
  return problems;
}

function thresholdProblems({ matchAt, reviewAt }: Pick<RuleChoice, 'matchAt' | 'reviewAt'>): FieldProblem[] {
  const problems: FieldProblem[] = [];
  const outside = (value: number | undefined): boolean => value !== undefined && !(value > 0 && value <= 1);
  if (outside(matchAt)) problems.push({ field: 'match_at', message: 'Give a probability above 0 and at most 1.' });
  if (outside(reviewAt)) problems.push({ field: 'review_at', message: 'Give a probability above 0 and at most 1.' });
  if (problems.length === 0 && matchAt !== undefined && reviewAt !== undefined && reviewAt > matchAt) problems.push({ field: 'review_at', message: `Use at most ${matchAt}, from which on it is a match.` });
  return problems;
}

/** Who reads the built-in rules and gives them back as they are keeps the model; own blocks that are as strict have a name of their own. */
const areBuiltIn = (blocks: readonly RuleBlock[]): boolean => blocksText(blocks) === blocksText(BUILT_IN_BLOCKS);

/** The same text for blocks that say the same. */
export const blocksText = (blocks: readonly RuleBlock[]): string => JSON.stringify(blocks.map(({ name, allOf, ignoreCountry }) => [name, allOf, ignoreCountry]));

/** The rules as they are kept; no blocks are the built-in ones. @throws Invalid `matching.rules.invalid` with a problem per field */
export function checkedRules(choice: RuleChoice): RuleChoice {
  const problems = [...blockProblems(choice.blocks), ...thresholdProblems(choice)];
  const twice = choice.tieBreakers.findIndex((one, at) => choice.tieBreakers.indexOf(one) !== at);
  if (twice !== -1) problems.push({ field: `tie_breakers[${twice}]`, message: 'It stands in the list already. Take one away.' });
  if (problems.length > 0) throw invalid('matching.rules.invalid', `The match rules have ${problems.length} problem(s): ${problems.map((p) => `${p.field}: ${p.message}`).join(' ')}`, { problems, field: problems[0]?.field });
  const blocks = choice.blocks.map((block) => ({ name: block.name.trim(), allOf: [...block.allOf], ignoreCountry: block.ignoreCountry }));
  return { blocks: areBuiltIn(blocks) ? [] : blocks, tieBreakers: [...choice.tieBreakers], ...(choice.matchAt === undefined ? {} : { matchAt: choice.matchAt }), ...(choice.reviewAt === undefined ? {} : { reviewAt: choice.reviewAt }) };
}

function blockProblems(blocks: readonly RuleBlock[]): FieldProblem[] {
  const problems: FieldProblem[] = [];
  if (blocks.length > MOST_BLOCKS) problems.push({ field: 'blocks', message: `Use at most ${MOST_BLOCKS} blocks; there are ${blocks.length}.` });
  const names = new Set<string>();
  for (const [at, block] of blocks.entries()) {
    problems.push(...problemsOf(block, at, names));
    names.add(block.name.trim().toLowerCase());
  }
  return problems;
}
