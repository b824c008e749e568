/** What tests/bench trains and measures: the comparisons of the engine, and matching of files. For tests only. */
export { keyHash } from '../domain/blocking-keys.ts';
export { FEATURES, plausible } from '../domain/features.ts';
export { compareAll } from '../domain/judgement.ts';
export { leadFacts } from '../domain/lead.ts';
export { COMPANY_MODEL, LEAD_MODEL } from '../domain/models.ts';
export { profileOf, type CompanyFacts, type Profile } from '../domain/profile.ts';
export { differentCountries } from '../domain/verdict.ts';
export { WordRarity } from '../domain/word-rarity.ts';
export { FileEngine, type FileDecision, type Subject } from '../files/engine.ts';
export { matchFiles, type MatchCounts } from '../files/match-files.ts';
export { PackedIndex, joinParts } from '../files/packed-index.ts';
export { PartBuilder } from '../files/packed-part.ts';
