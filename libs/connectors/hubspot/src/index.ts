import type { ConnectInput, Connector } from '@signalbox/connectors-sdk';
import { HubspotClient } from './client/client.ts';
import { hubspotManifest } from './manifest.ts';
import { HubspotSession } from './session.ts';
import { readSettings } from './settings.ts';

export { hubspotManifest } from './manifest.ts';

export const connector: Connector = {
  manifest: hubspotManifest,
  connect: (input: ConnectInput) => new HubspotSession(new HubspotClient(input, readSettings(input))),
};
