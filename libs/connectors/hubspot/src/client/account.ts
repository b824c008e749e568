import { HttpMethod, RequestContext } from '@hubspot/api-client/lib/codegen/crm/objects/index.js';
import type { ConnectionFacts, WorkOptions } from '@signalbox/connectors-sdk';
import type { HubspotClient } from './client.ts';

interface AccountDetails {
  portalId?: number;
  accountType?: string;
  uiDomain?: string;
}

/** Which account it is. HubSpot's client has no part for this question, so it is put through the same transport by hand. */
export async function accountOf(client: HubspotClient, work: WorkOptions): Promise<Pick<ConnectionFacts, 'account' | 'user'>> {
  const { body } = await client.read<AccountDetails>({
    operation: 'account',
    run: async ({ origin, accessToken, transport }) => {
      const request = new RequestContext(`${origin}/account-info/v3/details`, HttpMethod.GET);
      request.setHeaderParam('accept', 'application/json');
      request.setHeaderParam('authorization', `Bearer ${accessToken}`);
      const answer = await transport.send(request);
      const details = JSON.parse(await answer.body.text()) as AccountDetails;
      if (answer.httpStatusCode !== 200 || typeof details.portalId !== 'number') throw new Error('no account details');
      return details;
    },
  }, work);
  const { kind } = client.settings.grant;
  return { account: String(body.portalId), user: kind === 'oauth' ? `OAuth app in ${body.uiDomain ?? 'HubSpot'}` : `Private app in ${body.uiDomain ?? 'HubSpot'}` };
}
