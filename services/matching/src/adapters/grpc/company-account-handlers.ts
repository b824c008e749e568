import type { matching } from '@signalbox/contracts';
import type { Handlers } from '@signalbox/platform-grpc';
import type { FollowedAccounts } from '../../application/company-accounts-ports.ts';
import { indexOf } from './index-of.ts';

export interface CompanyAccountParts {
  follows: FollowedAccounts;
}

export function companyAccountHandlers({ follows }: CompanyAccountParts): Pick<Handlers<typeof matching.MatchingServiceDefinition>, 'followCompanyAccounts' | 'streamCompanyAccounts'> {
  return {
    followCompanyAccounts: (request, context) => follows.follow(indexOf(request, context)),

    async *streamCompanyAccounts(request, context) {
      for await (const pairs of follows.stream(indexOf(request, context))) yield { pairs };
    },
  };
}
