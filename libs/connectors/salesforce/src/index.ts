import type { ConnectInput, Connector } from '@signalbox/connectors-sdk';
import { SalesforceClient } from './client/client.ts';
import { salesforceManifest } from './manifest.ts';
import { SalesforceSession } from './session.ts';
import { readSettings } from './settings.ts';

export { salesforceManifest } from './manifest.ts';

export const connector: Connector = {
  manifest: salesforceManifest,
  connect: (input: ConnectInput) => new SalesforceSession(new SalesforceClient(input, readSettings(input))),
};
