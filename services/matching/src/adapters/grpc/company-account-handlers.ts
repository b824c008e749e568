import type { matching } from '@signalbox/contracts';
import type { Handlers } from '@signalbox/platform-grpc';
import type { FollowedAccounts, PairsAgain } from '../../application/company-accounts-ports.ts';
import { indexOf } from './index-of.ts';

export interface CompanyAccountParts {
  follows: FollowedAccounts;
  again: Pick<PairsAgain, 'ask'>;
}

export function companyAccountHandlers({ follows, again }: CompanyAccountParts): Pick<Handlers<typeof matching.MatchingServiceDefinition>, 'followCompanyAccounts' | 'streamCompanyAccounts'> {
  return {
    async followCompanyAccounts(request, context) {
      const index = indexOf(request, context);
      const position = await follows.follow(index);
      if (request.tellAgain) await again.ask(index);
      return position;
    },

    async *streamCompanyAccounts(request, context) {
      for await (const pairs of follows.stream(indexOf(request, context))) yield { pairs };
    },
  };
}
