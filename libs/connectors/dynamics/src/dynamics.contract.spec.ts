import { describeConnector } from '@signalbox/connectors-sdk/testing';
import { ACCOUNTS, dynamicsHarness, LEADS } from './testing/dynamics-harness.ts';

describeConnector('dynamics, for accounts', () => dynamicsHarness(ACCOUNTS), { without: ['convert'] });
describeConnector('dynamics, for leads', () => dynamicsHarness(LEADS));
