import type { matching } from '@signalbox/contracts';
import type { Handlers } from '@signalbox/platform-grpc';
import type { ExplainMatch } from '../../application/explain-match.ts';
import type { FindDuplicates } from '../../application/find-duplicates.ts';
import type { MatchCandidates } from '../../application/match-candidates.ts';
import type { MatchRules } from '../../application/match-rules.ts';
import type { AccountIndex, IndexId, Links } from '../../application/ports.ts';
import type { DecidedFor } from '../../application/review-ports.ts';
import type { Turns } from '../../domain/decide-in-turn.ts';
import type { Candidate, Decision } from '../../domain/decision.ts';
import { indexOf } from './index-of.ts';
import { blockMessage, decisionMessage, linkMessage, rulesMessage, toCandidate, toChoice } from './messages.ts';
import { pageInfo, readPage } from './page.ts';
import { reviewHandlers, type ReviewParts } from './review-handlers.ts';

export interface HandlerParts extends ReviewParts {
  match: MatchCandidates;
  explain: ExplainMatch;
  duplicates: FindDuplicates;
  rules: MatchRules;
  index: AccountIndex;
  links: Links;
  /** Called with every batch that was decided, for metrics. */
  onDecided: (decisions: readonly Decision[], seconds: number) => void;
}

type Service = typeof matching.MatchingServiceDefinition;

export function matchingHandlers(parts: HandlerParts): Handlers<Service> {
  const decideAll = async (index: IndexId, candidates: readonly Candidate[], turns?: Turns): Promise<Decision[]> => {
    const begun = performance.now();
    const decisions = await parts.match.run(index, candidates, turns);
    parts.onDecided(decisions, (performance.now() - begun) / 1000);
    return decisions;
  };
  return {
    ...reviewHandlers(parts),
    async match(request, context) {
      const [decision] = await decideAll(indexOf(request, context), [toCandidate(request.candidate)]);
      return decisionMessage(decision as Decision);
    },

    // The next batch is read only when the answer to this one was taken: that is the back-pressure.
    async *matchStream(requests, context) {
      let connectionId = '';
      let planId = '';
      let turns: Turns | undefined;
      for await (const request of requests) {
        // Another connection is another CRM: what is new in one says nothing about the other.
        if (request.connectionId !== '' && request.connectionId !== connectionId) turns = undefined;
        connectionId = request.connectionId || connectionId;
        turns ??= await parts.match.begin(context.principal.workspaceId);
        planId = request.planId || planId;
        const index = indexOf({ connectionId }, context);
        const askedOnly = new Set(request.askedOnlyIds);
        const decisions = await decideAll(index, request.candidates, { ...turns, askedOnly });
        if (planId !== '') await parts.log.keep(index, planId, request.candidates.map((candidate, at): DecidedFor => ({ candidate, decision: decisions[at] as Decision, askedOnly: askedOnly.has(candidate.id) })));
        yield { decisions: decisions.map(decisionMessage) };
      }
    },

    async *findDuplicates(request, context) {
      for await (const { rule, accounts } of parts.duplicates.run(indexOf(request, context))) {
        yield { rule, accounts: accounts.map(({ account, ...one }) => ({ accountId: account.accountId, ...account.facts, ...one })) };
      }
    },

    async explain(request, context) {
      const { decision, blocks, ...told } = await parts.explain.run(indexOf(request, context), toCandidate(request.candidate), request.accountId);
      return { ...told, decision: decisionMessage(decision), blocks: blocks.map(({ block, holds, evidence }) => ({ block: blockMessage(block), holds, evidence })) };
    },

    getMatchRules: async (_request, context) => rulesMessage(await parts.rules.get(context.principal.workspaceId)),
    putMatchRules: async (request, context) => rulesMessage(await parts.rules.put(context.principal.workspaceId, toChoice(request), request.version)),
    getIndexPosition: async (request, context) => parts.index.position(indexOf(request, context)),

    async listLinks(request, context) {
      const { limit, after } = readPage(request.page);
      const links = await parts.links.list(indexOf(request, context), { companyIds: request.companyIds, after, limit: limit + 1 });
      const page = links.slice(0, limit);
      return { links: page.map(linkMessage), page: pageInfo(links.length > limit, page.at(-1)?.companyId) };
    },
  };
}
