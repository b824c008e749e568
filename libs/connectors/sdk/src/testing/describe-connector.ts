import { objectOf } from '../manifest.ts';
import { describeConverting, describeConvertingTroubles, describeLockedConversions, describeRefusedOperation } from './describe-converting.ts';
import { describeDeleting, describeLockedDeletions } from './describe-deleting.ts';
import { describeLists, itSaysWhetherThereAreLists } from './describe-lists.ts';
import { describeReading } from './describe-reading.ts';
import { describeTroubles } from './describe-troubles.ts';
import { describeDuplicateRule, describeLockedRows, describeWriting } from './describe-writing.ts';
import type { ConnectorHarness, OptionalOperation, OptionalTrouble } from './harness.ts';
import { SuiteContext } from './suite-context.ts';

export interface SuiteOptions {
  /** Troubles that this CRM does not know, so that nothing can be said about them, and operations that it cannot do with the object. */
  without?: readonly (OptionalTrouble | OptionalOperation)[];
  /** The CRM keeps lists of the object. Default false. */
  lists?: boolean;
}

const OPTIONAL: readonly OptionalOperation[] = ['delete', 'convert'];

/** The suite that every connector must pass, against a sandbox that speaks the provider's real protocol. */
export function describeConnector(name: string, open: () => Promise<ConnectorHarness>, { without = [], lists = false }: SuiteOptions = {}): void {
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

    it('says in its manifest what it can do with the object', () => {
      const operations = objectOf(harness.connector.manifest, harness.object)?.operations;
      expect(operations).toEqual(['create', 'update', ...OPTIONAL.filter((one) => !without.includes(one))]);
    });

    itSaysWhetherThereAreLists(() => context, lists);

    const locks = !without.includes('locked-rows');
    describeReading(() => context);
    describeWriting(() => context);
    describeTroubles(() => context);
    if (locks) describeLockedRows(() => context);
    if (!without.includes('duplicate-rule')) describeDuplicateRule(() => context);
    for (const operation of OPTIONAL) if (without.includes(operation)) describeRefusedOperation(() => context, operation);
    if (!without.includes('delete')) {
      describeDeleting(() => context);
      if (locks) describeLockedDeletions(() => context);
    }
    if (!without.includes('convert')) {
      describeConverting(() => context);
      describeConvertingTroubles(() => context);
      if (locks) describeLockedConversions(() => context);
    }
    if (lists) describeLists(() => context);
  });
}
