import type { crmWriter } from '@signalbox/contracts';
import { startHubspotSandbox } from '@signalbox/sandbox';

/** A CRM whose leads are contacts already. */
export async function hubspotConnection(): Promise<{ connection: crmWriter.CreateConnectionRequest; close(): Promise<void> }> {
  const sandbox = await startHubspotSandbox();
  return {
    connection: { name: 'A HubSpot', provider: 'hubspot', baseUrl: sandbox.url, authKind: 'access_token', environment: 'sandbox', dailyCalls: 0, settings: {}, secrets: { access_token: sandbox.credentials.accessToken } },
    close: () => sandbox.close(),
  };
}
