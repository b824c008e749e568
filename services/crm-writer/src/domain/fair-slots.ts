/** A replica that has places for calls under way, of which there are so many for all replicas together. */
export interface SlotHolder {
  id: string;
  held: number;
  wants: number;
  /** Held no longer than this unless it is heard of, in milliseconds since the epoch. */
  until: number;
}

export interface Lease {
  id: string;
  wants: number;
  /** Calls under way: these places cannot be given up. */
  inUse: number;
}

/** A replica that is not heard of for this long is dead, and its places are free. Longer than any call may take without its replica being heard of. */
export const LEASE_MS = 20_000;

/** What each gets of `total`: as much as it wants, unless that leaves another with less than an even share. */
export function fairShares(total: number, wants: readonly number[]): number[] {
  const order = wants.map((w, i) => ({ w, i })).sort((a, b) => a.w - b.w || a.i - b.i);
  const shares = wants.map(() => 0);
  let left = total;
  order.forEach(({ w, i }, place) => {
    shares[i] = Math.min(w, Math.floor(left / (order.length - place)));
    left -= shares[i];
  });
  return shares;
}

/** Takes or gives up places. Never more than are free: who has too many gives them up when it asks the next time. */
export function lease(holders: readonly SlotHolder[], asked: Lease, total: number, now: number): { holders: SlotHolder[]; held: number } {
  const others = holders.filter((h) => h.id !== asked.id && h.until > now);
  const wants = Math.max(asked.wants, asked.inUse);
  if (wants === 0) return { holders: others, held: 0 };
  // In the same order for everyone, so that all come to the same shares.
  const all = [...others, { id: asked.id, wants }].sort((a, b) => (a.id < b.id ? -1 : 1));
  const share = fairShares(total, all.map((h) => h.wants))[all.findIndex((h) => h.id === asked.id)]!;
  const free = total - others.reduce((sum, h) => sum + h.held, 0);
  const held = Math.max(0, Math.min(free, Math.max(asked.inUse, share)));
  return { holders: [...others, { id: asked.id, held, wants, until: now + LEASE_MS }], held };
}
