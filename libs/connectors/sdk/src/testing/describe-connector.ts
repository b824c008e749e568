import { describeReading } from './describe-reading.ts';
import { describeTroubles } from './describe-troubles.ts';
import { describeWriting } from './describe-writing.ts';
import type { ConnectorHarness } from './harness.ts';
import { SuiteContext } from './suite-context.ts';

/** The suite that every connector must pass, against a sandbox that speaks the provider's real protocol. */
export function describeConnector(name: string, open: () => Promise<ConnectorHarness>): void {
  describe(`the connector ${name}`, () => {
    let harness: ConnectorHarness;
    let context: SuiteContext;
    beforeAll(async () => {
      harness = await open();
    });
    afterAll(() => harness?.close());
    beforeEach(() => {
      context = new SuiteContext(harness);
    });
    afterEach(() => context.close());

    describeReading(() => context);
    describeWriting(() => context);
    describeTroubles(() => context);
  });
}
