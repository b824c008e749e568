import type { ConnectInput, Connector } from '@signalbox/connectors-sdk';
import { DynamicsClient } from './client/client.ts';
import { dynamicsManifest } from './manifest.ts';
import { DynamicsSession } from './session.ts';
import { readSettings } from './settings.ts';

export { dynamicsManifest } from './manifest.ts';

export const connector: Connector = {
  manifest: dynamicsManifest,
  connect: (input: ConnectInput) => new DynamicsSession(new DynamicsClient(input, readSettings(input))),
};
