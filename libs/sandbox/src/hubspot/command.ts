import { wholeNumber, type ProviderCommand } from '../serving/provider-command.ts';
import { startHubspotSandbox } from './server.ts';

export const hubspotCommand: ProviderCommand = {
  name: 'hubspot',
  label: 'HubSpot',
  seedObject: 'companies',
  options: { 'burst-limit': { type: 'string' }, 'daily-limit': { type: 'string' }, 'search-lag': { type: 'string' }, 'whole-batches': { type: 'boolean' } },
  usage: '[--burst-limit N] [--daily-limit N] [--search-lag MS] [--whole-batches]',
  async start(shared, values) {
    const sandbox = await startHubspotSandbox({
      ...shared, burstLimit: wholeNumber('burst-limit', values['burst-limit']), dailyLimit: wholeNumber('daily-limit', values['daily-limit']),
      searchLagMs: wholeNumber('search-lag', values['search-lag']), multiStatus: values['whole-batches'] !== true,
    });
    const { credentials: c } = sandbox;
    return {
      url: sandbox.url, tls: sandbox.tls, counts: () => sandbox.counts(), close: () => sandbox.close(),
      facts: [['access token', c.accessToken], ['client id', c.clientId], ['client secret', c.clientSecret], ['refresh token', c.refreshToken], ['portal id', String(sandbox.portalId)]],
    };
  },
};
