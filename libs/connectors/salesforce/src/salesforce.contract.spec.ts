import { describeConnector } from '@signalbox/connectors-sdk/testing';
import { salesforceHarness } from './testing/salesforce-harness.ts';

describeConnector('salesforce', salesforceHarness, { without: ['delete', 'convert'] });
