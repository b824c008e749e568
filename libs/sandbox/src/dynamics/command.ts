import { wholeNumber, type ProviderCommand } from '../serving/provider-command.ts';
import { startDynamicsSandbox } from './server.ts';

export const dynamicsCommand: ProviderCommand = {
  name: 'dynamics',
  label: 'Dynamics 365',
  seedObject: 'account',
  options: { 'request-limit': { type: 'string' } },
  usage: '[--request-limit N]',
  async start(shared, values) {
    const sandbox = await startDynamicsSandbox({ ...shared, requestLimit: wholeNumber('request-limit', values['request-limit']) });
    const { credentials: c } = sandbox;
    return {
      url: sandbox.url, tls: sandbox.tls, counts: () => sandbox.counts(), close: () => sandbox.close(),
      facts: [['authority', sandbox.url], ['tenant id', c.tenantId], ['client id', c.clientId], ['client secret', c.clientSecret]],
    };
  },
};
