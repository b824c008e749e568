import { describeConnector } from '@signalbox/connectors-sdk/testing';
import { dynamicsHarness } from './testing/dynamics-harness.ts';

describeConnector('dynamics', dynamicsHarness);
