import type { SandboxCredentials } from '@signalbox/sandbox';

const API = '/services/data/v62.0/sobjects';

/** Somebody who works in the Salesforce of a scenario by its own API, as its users do. */
export class Person {
  private constructor(private readonly url: string, private readonly token: string) {}

  static async signIn({ url, credentials }: { url: string; credentials: SandboxCredentials }): Promise<Person> {
    const body = new URLSearchParams({ grant_type: 'client_credentials', client_id: credentials.clientId, client_secret: credentials.clientSecret });
    const answer = (await (await fetch(`${url}/services/oauth2/token`, { method: 'POST', body })).json()) as { access_token: string };
    return new Person(url, answer.access_token);
  }

  change = (id: string, fields: Record<string, unknown>, object = 'Account'): Promise<void> => this.ask('PATCH', `${object}/${id}`, fields);
  remove = (id: string, object = 'Account'): Promise<void> => this.ask('DELETE', `${object}/${id}`);

  private async ask(method: string, record: string, fields?: Record<string, unknown>): Promise<void> {
    const answer = await fetch(`${this.url}${API}/${record}`, { method, headers: { authorization: `Bearer ${this.token}`, 'content-type': 'application/json' }, body: fields && JSON.stringify(fields) });
    if (answer.status !== 204) throw new Error(`Salesforce answered ${answer.status}: ${await answer.text()}`);
  }
}
