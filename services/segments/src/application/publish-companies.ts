import type { CompanyNews } from './ports.ts';
import type { WorkspaceWork } from './workspace-turns.ts';

/** So many at once: ten messages, in a transaction that is over in some tens of milliseconds. */
const AT_ONCE = 5_000;
/** Whoever writes companies comes first. */
export const TELLING = { leastRestMs: 100, restFactor: 0.5, turnMs: 2_000 } as const;

/** Tells what companies became, in the order in which they changed, and everything that was there before once. */
export const telling = (news: CompanyNews, monotonicMs: () => number): WorkspaceWork => ({
  name: 'changes of companies',
  waiting: () => news.waiting(),
  async turn(workspaceId, deadlineMs) {
    while (!(await news.tell(workspaceId, AT_ONCE))) if (monotonicMs() > deadlineMs) return false;
    return true;
  },
});
