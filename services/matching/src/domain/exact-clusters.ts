import type { FoundPair } from './duplicate-pairs.ts';
import { joinPairs, type About, type PairCluster } from './joined-pairs.ts';

/**
 * Clusters of accounts that a workspace's own blocks hold for: whatever hangs together by pairs is one. `about` gives no country
 * where blocks leave it out.
 */
export const exactClusters = (pairs: readonly FoundPair[], about: About): PairCluster[] => joinPairs(pairs, about, () => true);
