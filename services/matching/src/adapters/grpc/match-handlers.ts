import type { matching } from '@signalbox/contracts';
import type { Handlers } from '@signalbox/platform-grpc';
import type { Asked, MatchCandidates } from '../../application/match-candidates.ts';
import type { IndexId } from '../../application/ports.ts';
import type { DecidedFor, DecisionLog } from '../../application/review-ports.ts';
import type { Turns } from '../../domain/decide-in-turn.ts';
import type { Candidate, Decision } from '../../domain/decision.ts';
import { indexOf } from './index-of.ts';
import { decisionMessage, toCandidate, toCandidates } from './messages.ts';
import { oneAhead } from './one-ahead.ts';

export interface MatchParts {
  match: MatchCandidates;
  /** What is decided for a plan is kept here. */
  log: DecisionLog;
  /** Called with every batch that was decided, for metrics. */
  onDecided: (decisions: readonly Decision[], seconds: number) => void;
}

interface Timed {
  asked: Asked;
  seconds: number;
}

export function matchHandlers(parts: MatchParts): Pick<Handlers<typeof matching.MatchingServiceDefinition>, 'match' | 'matchStream'> {
  const ask = async (index: IndexId, candidates: readonly Candidate[], turns?: Turns): Promise<Timed> => {
    const begun = performance.now();
    const asked = await parts.match.ask(index, candidates, turns);
    return { asked, seconds: (performance.now() - begun) / 1000 };
  };
  const decide = ({ asked, seconds }: Timed, turns?: Turns): Decision[] => {
    const begun = performance.now();
    const decisions = parts.match.decide(asked, turns);
    parts.onDecided(decisions, seconds + (performance.now() - begun) / 1000);
    return decisions;
  };
  return {
    async match(request, context) {
      const [decision] = decide(await ask(indexOf(request, context), [toCandidate(request.candidate)]));
      return decisionMessage(decision as Decision);
    },

    // One batch is read and asked about while the one before is decided and kept; no more, which is the back-pressure.
    async *matchStream(requests, context) {
      let connectionId = '';
      let planId = '';
      let begun: Promise<Turns> | undefined;
      const asked = oneAhead(requests, (request) => {
        // Another connection is another CRM: what is new in one says nothing about the other.
        if (request.connectionId !== '' && request.connectionId !== connectionId) begun = undefined;
        connectionId = request.connectionId || connectionId;
        planId = request.planId || planId;
        begun ??= parts.match.begin(context.principal.workspaceId);
        const index = indexOf({ connectionId }, context);
        const candidates = toCandidates(request.candidates);
        const asking = begun.then(async (turns) => ({ turns, timed: await ask(index, candidates, turns) }));
        asking.catch(() => undefined); // thrown when it is this batch's turn
        return { index, planId, candidates, askedOnly: new Set(request.askedOnlyIds), asking };
      });
      for await (const { index, planId: plan, candidates, askedOnly, asking } of asked) {
        const { turns, timed } = await asking;
        const decisions = decide(timed, { ...turns, askedOnly });
        if (plan !== '') await parts.log.keep(index, plan, candidates.map((candidate, at): DecidedFor => ({ candidate, decision: decisions[at] as Decision, askedOnly: askedOnly.has(candidate.id) })));
        yield { decisions: decisions.map(decisionMessage) };
      }
    },
  };
}
