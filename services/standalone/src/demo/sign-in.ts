import { randomBytes } from 'node:crypto';

const EMAIL = 'demo@signalbox.example';

async function call(url: string, path: string, body: unknown, cookie?: string): Promise<Response> {
  const response = await fetch(`${url}/api/v1${path}`, {
    method: 'POST', body: JSON.stringify(body),
    headers: { 'content-type': 'application/json', origin: url, ...(cookie ? { cookie } : {}) },
  });
  if (!response.ok) throw new Error(`POST ${path} answered ${response.status}: ${await response.text()}`);
  return response;
}

/** First-run set-up as a person does it in the console, then an API token for the rest of the demo. */
export async function firstSignIn(url: string): Promise<{ email: string; password: string; token: string }> {
  const password = randomBytes(9).toString('base64url');
  const timeZone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const setUp = await call(url, '/setup', { workspaceName: 'Demo', timeZone, email: EMAIL, password });
  const cookie = setUp.headers.getSetCookie().map((c) => c.split(';')[0]).join('; ');
  const { permissions } = (await setUp.json()) as { permissions: string[] };
  const { token } = (await (await call(url, '/tokens', { name: 'demo', permissions }, cookie)).json()) as { token: string };
  return { email: EMAIL, password, token };
}
