import { invalid } from '@signalbox/kernel';
import type { Connector } from '@signalbox/connectors-sdk';
import { CONNECTORS } from './generated.ts';

export { CONNECTORS };

/** @throws Invalid `connector.provider_unknown` naming those that there are */
export function connectorFor(provider: string): Connector {
  const found = CONNECTORS.find((connector) => connector.manifest.name === provider);
  if (found) return found;
  throw invalid('connector.provider_unknown', `There is no connector '${provider}'. Known: ${CONNECTORS.map((c) => c.manifest.name).join(', ')}.`, { field: 'provider' });
}
