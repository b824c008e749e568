import jsforce from 'jsforce';
import type { SalesforceSandbox } from '../server.ts';

export type JsforceConnection = InstanceType<typeof jsforce.Connection>;

/** An unmodified jsforce connection signed in to the sandbox with its client credentials. */
export async function connectJsforce(sandbox: SalesforceSandbox, version = '60.0'): Promise<JsforceConnection> {
  const { clientId, clientSecret } = sandbox.credentials;
  const connection = new jsforce.Connection({ loginUrl: sandbox.url, instanceUrl: sandbox.url, version, oauth2: { clientId, clientSecret, loginUrl: sandbox.url } });
  await connection.authorize({ grant_type: 'client_credentials' });
  return connection;
}

/** What a refused call threw: jsforce puts the vendor's error code into the name. */
export async function refusalOf(work: PromiseLike<unknown>): Promise<{ name: string; message: string; data: unknown }> {
  try {
    await work;
  } catch (error) {
    return error as { name: string; message: string; data: unknown };
  }
  throw new Error('The call was not refused.');
}

/** Status codes of the rows of a Collections answer, undefined for a row that went well. */
export const rowCodes = (rows: unknown): (string | undefined)[] =>
  (rows as { errors: { statusCode: string }[] }[]).map((row) => row.errors[0]?.statusCode);
