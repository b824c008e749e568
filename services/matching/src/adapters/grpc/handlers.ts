import type { matching } from '@signalbox/contracts';
import { invalid } from '@signalbox/kernel';
import type { Handlers } from '@signalbox/platform-grpc';
import type { ExplainMatch } from '../../application/explain-match.ts';
import type { FindDuplicates } from '../../application/find-duplicates.ts';
import type { MatchRules } from '../../application/match-rules.ts';
import type { AccountIndex, Links, Relations } from '../../application/ports.ts';
import type { StoredRules } from '../../application/ports.ts';
import { COUNTED_OBJECTS, type CountedObject } from '../../domain/tie-breakers.ts';
import { companyAccountHandlers, type CompanyAccountParts } from './company-account-handlers.ts';
import { indexOf } from './index-of.ts';
import { matchHandlers, type MatchParts } from './match-handlers.ts';
import { blockMessage, decisionMessage, linkMessage, rulesMessage, toCandidate, toChoice } from './messages.ts';
import { pageInfo, readPage } from './page.ts';
import { reviewHandlers, type ReviewParts } from './review-handlers.ts';

export interface HandlerParts extends ReviewParts, MatchParts, CompanyAccountParts {
  explain: ExplainMatch;
  duplicates: FindDuplicates;
  rules: MatchRules;
  index: AccountIndex;
  links: Links;
  relations: Relations;
}

const rulesFor = async (parts: HandlerParts, workspaceId: string, rules: StoredRules): Promise<matching.MatchRules> => rulesMessage(rules, await parts.relations.mirrored(workspaceId));

/** @throws Invalid `matching.object_not_counted` */
function toCountedObject(object: string): CountedObject {
  const known = COUNTED_OBJECTS.find((one) => one.toLowerCase() === object.toLowerCase());
  if (!known) throw invalid('matching.object_not_counted', `Matching counts no records of '${object}'. Use one of ${COUNTED_OBJECTS.join(', ')}, or none for the accounts themselves.`, { field: 'object' });
  return known;
}

type Service = typeof matching.MatchingServiceDefinition;

export function matchingHandlers(parts: HandlerParts): Handlers<Service> {
  return {
    ...matchHandlers(parts),
    ...reviewHandlers(parts),
    ...companyAccountHandlers(parts),

    async *findDuplicates(request, context) {
      for await (const { rule, accounts } of parts.duplicates.run(indexOf(request, context))) {
        yield { rule, accounts: accounts.map(({ account, ...one }) => ({ accountId: account.accountId, ...account.facts, ...one })) };
      }
    },

    async explain(request, context) {
      const { decision, blocks, ...told } = await parts.explain.run(indexOf(request, context), toCandidate(request.candidate), request.accountId);
      return { ...told, decision: decisionMessage(decision), blocks: blocks.map(({ block, holds, evidence }) => ({ block: blockMessage(block), holds, evidence })) };
    },

    getMatchRules: async (_request, context) => rulesFor(parts, context.principal.workspaceId, await parts.rules.get(context.principal.workspaceId)),
    putMatchRules: async (request, context) => rulesFor(parts, context.principal.workspaceId, await parts.rules.put(context.principal.workspaceId, toChoice(request), request.version)),
    getIndexPosition: async (request, context) => (request.object === '' ? parts.index.position(indexOf(request, context)) : parts.relations.position(indexOf(request, context), toCountedObject(request.object))),

    async listLinks(request, context) {
      const { limit, after } = readPage(request.page);
      const links = await parts.links.list(indexOf(request, context), { companyIds: request.companyIds, after, limit: limit + 1 });
      const page = links.slice(0, limit);
      return { links: page.map(linkMessage), page: pageInfo(links.length > limit, page.at(-1)?.companyId) };
    },
  };
}
