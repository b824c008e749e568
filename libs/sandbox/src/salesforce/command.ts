import { readFile } from 'node:fs/promises';
import { wholeNumber, type ProviderCommand } from '../serving/provider-command.ts';
import { startSalesforceSandbox } from './server.ts';

export const salesforceCommand: ProviderCommand = {
  name: 'salesforce',
  label: 'Salesforce',
  seedObject: 'Account',
  options: { 'api-limit': { type: 'string' }, 'jwt-public-key': { type: 'string' }, 'composite-counts-subrequests': { type: 'boolean' } },
  usage: '[--api-limit N] [--jwt-public-key FILE] [--composite-counts-subrequests]',
  async start(shared, values) {
    const keyFile = values['jwt-public-key'] as string | undefined;
    const sandbox = await startSalesforceSandbox({
      ...shared, apiLimit: wholeNumber('api-limit', values['api-limit']), compositeCountsSubrequests: values['composite-counts-subrequests'] === true,
      jwtPublicKey: keyFile ? await readFile(keyFile, 'utf8') : undefined,
    });
    const { credentials: c } = sandbox;
    return {
      url: sandbox.url, tls: sandbox.tls, counts: () => sandbox.counts(), close: () => sandbox.close(),
      facts: [['client id', c.clientId], ['client secret', c.clientSecret], ['username', c.username], ['password', c.password], ['security token', c.securityToken]],
    };
  },
};
