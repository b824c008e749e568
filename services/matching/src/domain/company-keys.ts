import { KEY_WEIGHT, keyHash } from './blocking-keys.ts';
import { kindOf, mostOfKinds, searchKeys } from './search-keys.ts';
import type { Profile } from './profile.ts';

/**
 * The keys of companies, by which those are found that a changed account may concern: the search the other way round. They lie in one
 * index for all workspaces, and are mixed with the workspace's name there, so that a word that is frequent in one costs another nothing.
 */
const HASHES = 2 ** 50;

export const saltOf = (workspaceId: string): number => keyHash('name', workspaceId) % HASHES;

export const salted = (key: number, salt: number): number => kindOf(key) * HASHES + (((key % HASHES) + salt) % HASHES);

export const companyKeys = (profile: Profile, salt: number): number[] => searchKeys(profile).map(({ key }) => salted(key, salt));

/**
 * A company that shares at least so much with a changed account, in KEY_WEIGHT, is decided about at once: 6,579 of the 6,600 labelled pairs do, and
 * four companies an account instead of 27. Those that share less, and are hardly ever it, come later, when nothing else waits.
 */
export const MUCH_SHARED = 3;

export { kindOf, mostOfKinds, KEY_WEIGHT };
