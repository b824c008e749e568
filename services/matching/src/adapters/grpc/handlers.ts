import type { matching } from '@signalbox/contracts';
import type { Handlers } from '@signalbox/platform-grpc';
import type { ExplainMatch } from '../../application/explain-match.ts';
import type { FindDuplicates } from '../../application/find-duplicates.ts';
import type { MatchRules } from '../../application/match-rules.ts';
import type { AccountIndex, Links } from '../../application/ports.ts';
import { indexOf } from './index-of.ts';
import { matchHandlers, type MatchParts } from './match-handlers.ts';
import { blockMessage, decisionMessage, linkMessage, rulesMessage, toCandidate, toChoice } from './messages.ts';
import { pageInfo, readPage } from './page.ts';
import { reviewHandlers, type ReviewParts } from './review-handlers.ts';

export interface HandlerParts extends ReviewParts, MatchParts {
  explain: ExplainMatch;
  duplicates: FindDuplicates;
  rules: MatchRules;
  index: AccountIndex;
  links: Links;
}

type Service = typeof matching.MatchingServiceDefinition;

export function matchingHandlers(parts: HandlerParts): Handlers<Service> {
  return {
    ...matchHandlers(parts),
    ...reviewHandlers(parts),

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
