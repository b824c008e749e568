import { describeReading } from './describe-reading.ts';
import { describeTroubles } from './describe-troubles.ts';
import { describeDuplicateRule, describeLockedRows, describeWriting } from './describe-writing.ts';
import type { ConnectorHarness, OptionalTrouble } from './harness.ts';
import { SuiteContext } from './suite-context.ts';

export interface SuiteOptions {
  /** Troubles that this CRM does not know, so that nothing can be said about them. */
  without?: readonly OptionalTrouble[];
}

/** The suite that every connector must pass, against a sandbox that speaks the provider's real protocol. */
export function describeConnector(name: string, open: () => Promise<ConnectorHarness>, { without = [] }: SuiteOptions = {}): void {
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
    if (!without.includes('locked-rows')) describeLockedRows(() => context);
    if (!without.includes('duplicate-rule')) describeDuplicateRule(() => context);
  });
}
