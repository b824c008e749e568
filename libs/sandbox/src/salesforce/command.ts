import { readFile } from 'node:fs/promises';
import { wholeNumber, type ProviderCommand } from '../serving/provider-command.ts';
import { startSalesforceSandbox } from './server.ts';

export const salesforceCommand: ProviderCommand = {
  name: 'salesforce',
  label: 'Salesforce',
  seedObject: 'Account',
  options: { 'api-limit': { type: 'string' }, 'jwt-public-key': { type: 'string' }, 'composite-counts-subrequests': { type: 'boolean' }, 'jwt-access-tokens': { type: 'boolean' }, 'bulk-batch': { type: 'string' } },
  usage: '[--api-limit N] [--jwt-public-key FILE] [--composite-counts-subrequests] [--jwt-access-tokens] [--bulk-batch MS]',
  async start(shared, values) {
    const keyFile = values['jwt-public-key'] as string | undefined;
    const sandbox = await startSalesforceSandbox({
      ...shared, apiLimit: wholeNumber('api-limit', values['api-limit']), compositeCountsSubrequests: values['composite-counts-subrequests'] === true,
      jwtAccessTokens: values['jwt-access-tokens'] === true, bulkBatchMs: wholeNumber('bulk-batch', values['bulk-batch']),
      jwtPublicKey: keyFile ? await readFile(keyFile, 'utf8') : undefined,
    });
    const { credentials: c } = sandbox;
    return {
      url: sandbox.url, tls: sandbox.tls, counts: () => sandbox.counts(), close: () => sandbox.close(),
      facts: [['client id', c.clientId], ['client secret', c.clientSecret], ['username', c.username], ['password', c.password], ['security token', c.securityToken]],
    };
  },
};
