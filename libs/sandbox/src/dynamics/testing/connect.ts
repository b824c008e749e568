import type { DynamicsSandbox } from '../server.ts';

/** A token for the sandbox, as Entra ID gives it to an application. */
export async function tokenFor(sandbox: DynamicsSandbox): Promise<string> {
  const { tenantId, clientId, clientSecret } = sandbox.credentials;
  const body = new URLSearchParams({ grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret, scope: `${sandbox.url}/.default` });
  const answer = await fetch(`${sandbox.url}/${tenantId}/oauth2/v2.0/token`, { method: 'POST', body });
  return ((await answer.json()) as { access_token: string }).access_token;
}

/** What a refused call threw. */
export async function dynamicsRefusal(work: Promise<unknown>): Promise<{ status: number; code: string; message: string; headers: Record<string, string> }> {
  try {
    await work;
  } catch (error) {
    return error as { status: number; code: string; message: string; headers: Record<string, string> };
  }
  throw new Error('The call was not refused.');
}
