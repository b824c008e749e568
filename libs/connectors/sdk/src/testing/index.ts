export { describeConnector, type SuiteOptions } from './describe-connector.ts';
export type { ConnectorHarness, ConversionStage, OptionalOperation, OptionalTrouble, StoredRecord, Trouble } from './harness.ts';
export { testParts, type TestParts } from './test-parts.ts';
export { errorOf } from './suite-context.ts';
export { closedPort, withServer } from './local-server.ts';
export { itExplainsBadAnswers, type BadAnswer, type BadAnswerStage } from './bad-answers.ts';
export { seededNumbers, writeUntilSettled, type StormWork } from './storm.ts';
