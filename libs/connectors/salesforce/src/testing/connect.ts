import { CallCounter, type ConnectInput, type ConnectorSession, type WriteOutcome, type WriteRequest } from '@signalbox/connectors-sdk';
import { testParts, type TestParts } from '@signalbox/connectors-sdk/testing';
import type { SalesforceSandbox } from '@signalbox/sandbox';
import { connector } from '../index.ts';

export interface Connected {
  session: ConnectorSession;
  counter: CallCounter;
  parts: TestParts;
}

/** A session of the connector with the sandbox, its calls counted. */
export function connectTo(sandbox: SalesforceSandbox, change: Partial<ConnectInput> = {}): Connected {
  const { clientId, clientSecret } = sandbox.credentials;
  const parts = testParts();
  const counter = new CallCounter();
  const session = connector.connect({ baseUrl: sandbox.url, authKind: 'client_credentials', settings: { client_id: clientId }, secrets: { client_secret: clientSecret }, parts, ...change });
  return { session: session.forWork({ counter }), counter, parts };
}

export async function outcomesOf(session: ConnectorSession, request: WriteRequest): Promise<WriteOutcome[]> {
  const outcomes: WriteOutcome[] = [];
  for await (const some of session.write(request)) outcomes.push(...some);
  return outcomes;
}
