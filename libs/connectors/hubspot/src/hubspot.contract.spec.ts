import { describeConnector } from '@signalbox/connectors-sdk/testing';
import { hubspotHarness } from './testing/hubspot-harness.ts';

// HubSpot tells of no locks on rows, and makes companies by the API without looking for others of the same name or domain.
const without = ['locked-rows', 'duplicate-rule', 'convert'] as const;

describeConnector('hubspot', () => hubspotHarness(), { without, lists: true });
describeConnector('hubspot, of an account whose batches fail as a whole', () => hubspotHarness({ multiStatus: false }), { without, lists: true });
