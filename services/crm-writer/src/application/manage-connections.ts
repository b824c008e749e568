import { asSignalboxError, conflict, invalid, notFound, type Clock, type IdSource } from '@signalbox/kernel';
import type { Connection, Secrets } from '../domain/connection.ts';
import type { ConnectionHealth } from './connection-health.ts';
import type { ConnectionStore, Page, PageQuery, Sessions } from './ports.ts';

export interface NewConnection {
  name: string;
  provider: string;
  baseUrl: string;
  authKind: string;
  settings: Record<string, string>;
  secrets: Secrets;
  environment: string;
  /** Calls a day that people allow; 0: as many as the CRM does. */
  dailyCalls: number;
}

export interface ConnectionChange {
  id: string;
  name: string;
  baseUrl: string;
  settings: Record<string, string>;
  /** Only those named are replaced. */
  secrets: Secrets;
  /** Undefined: as it is. */
  dailyCalls?: number;
  /** The version that was changed; 0 changes whichever there is. */
  version: number;
}

const changedMeanwhile = (present: number, given: number) => conflict('crm_writer.connection.version',
  `Somebody has changed this connection meanwhile: it is at version ${present}, not ${given}. Load it again and repeat your change.`, { field: 'version' });

const ENVIRONMENTS = ['production', 'sandbox'];

function checkName(name: string): string {
  const trimmed = name.trim();
  if (trimmed.length >= 1 && trimmed.length <= 200) return trimmed;
  throw invalid('crm_writer.connection.name_invalid', 'Give the connection a name of 1 to 200 characters.', { field: 'name' });
}

const MOST_DAILY = 1_000_000_000;

function checkDaily(calls: number): number {
  if (Number.isInteger(calls) && calls >= 0 && calls <= MOST_DAILY) return calls;
  throw invalid('crm_writer.connection.daily_calls_invalid', 'Give the most calls a day as a whole number, or 0 for as many as the CRM allows.', { field: 'dailyCalls' });
}

/** Connections of a workspace. What is stored has been checked against the connector; whether it works is asked at once. */
export class ManageConnections {
  constructor(
    private readonly store: ConnectionStore, private readonly sessions: Sessions, private readonly health: ConnectionHealth,
    private readonly clock: Clock, private readonly ids: IdSource,
  ) {}

  async create(workspaceId: string, given: NewConnection): Promise<Connection> {
    const environment = given.environment || 'production';
    if (!ENVIRONMENTS.includes(environment)) throw invalid('crm_writer.connection.environment_invalid', `'${environment}' is no environment. Give one of ${ENVIRONMENTS.join(', ')}.`, { field: 'environment' });
    const now = this.clock.now();
    const connection: Connection = {
      workspaceId, id: this.ids.next(), name: checkName(given.name), provider: given.provider, baseUrl: given.baseUrl.trim(), authKind: given.authKind, settings: given.settings,
      environment, status: 'untested', statusMessage: '', checkedAt: null, createdAt: now, updatedAt: now, version: 1, apiCallsUsed: 0, apiCallsAllowed: 0, apiCallsSeenAt: null, dailyCalls: checkDaily(given.dailyCalls),
    };
    this.sessions.trial(connection, given.secrets).close();
    await this.store.add(connection, given.secrets);
    return this.test(workspaceId, connection.id);
  }

  async update(workspaceId: string, change: ConnectionChange): Promise<Connection> {
    const before = await this.get(workspaceId, change.id);
    if (change.version !== 0 && change.version !== before.version) throw changedMeanwhile(before.version, change.version);
    const kept = await this.secretsKept(before, change);
    const connection: Connection = {
      ...before, name: change.name ? checkName(change.name) : before.name, baseUrl: change.baseUrl.trim() || before.baseUrl,
      settings: Object.keys(change.settings).length > 0 ? change.settings : before.settings,
      dailyCalls: checkDaily(change.dailyCalls ?? before.dailyCalls), status: 'untested', statusMessage: '', checkedAt: null, updatedAt: this.clock.now(),
    };
    const secrets = { ...kept, ...change.secrets };
    this.sessions.trial(connection, secrets).close();
    const changed = await this.store.change(connection, Object.keys(change.secrets).length > 0 ? secrets : undefined);
    if (!changed) throw changedMeanwhile((await this.get(workspaceId, change.id)).version, before.version);
    this.sessions.forget(connection);
    return this.test(workspaceId, change.id);
  }

  /** Credentials go to the address that they were entered for and to no other, so a new address wants them again. */
  private async secretsKept(before: Connection, change: ConnectionChange): Promise<Secrets> {
    const moved = change.baseUrl.trim() !== '' && URL.parse(change.baseUrl.trim())?.origin !== URL.parse(before.baseUrl)?.origin;
    if (moved && Object.keys(change.secrets).length === 0) {
      throw invalid('crm_writer.connection.secrets_needed', 'The address of the connection changes, so enter its secrets again: they are not sent to an address that they were not entered for.', { field: 'secrets' });
    }
    return moved ? {} : this.store.secretsOf(before.workspaceId, before.id);
  }

  async remove(workspaceId: string, id: string): Promise<void> {
    await this.store.remove(workspaceId, id);
    this.sessions.forget({ workspaceId, id });
  }

  /** @throws NotFound `crm_writer.connection.unknown` */
  async get(workspaceId: string, id: string): Promise<Connection> {
    const connection = await this.store.find(workspaceId, id);
    if (!connection) throw notFound('crm_writer.connection.unknown', 'There is no such connection.', { field: 'id' });
    return connection;
  }

  list(workspaceId: string, page: PageQuery): Promise<Page<Connection>> {
    return this.store.list(workspaceId, page);
  }

  /** Signs in and asks for something small; what came of it is stored and given. */
  async test(workspaceId: string, id: string): Promise<Connection> {
    const connection = await this.get(workspaceId, id);
    try {
      const session = (await this.sessions.open(connection)).forWork({ purpose: 'check' });
      await session.test();
      await this.store.noteCheck(workspaceId, id, { status: 'healthy', message: '' }, this.clock.now());
      await this.health.usage(connection, session.usage());
    } catch (thrown) {
      const error = asSignalboxError(thrown);
      await this.store.noteCheck(workspaceId, id, { status: 'unhealthy', message: error.publicMessage }, this.clock.now());
    }
    return this.get(workspaceId, id);
  }
}
