import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { connectorFor } from '@signalbox/connectors-registry';
import { connectionLimits, type ConnectInput, type ConnectorParts, type ConnectorSession } from '@signalbox/connectors-sdk';
import type { Clock } from '@signalbox/kernel';
import type { Logger } from '@signalbox/platform-telemetry';
import { ConnectionBudget, type BudgetParts } from './connection-budget.ts';
import type { ConnectionStore, Sessions } from '../../application/ports.ts';
import type { Connection, Secrets } from '../../domain/connection.ts';

interface Kept {
  version: number;
  session: ConnectorSession;
  budget: ConnectionBudget;
}

export interface SessionOptions {
  plainHosts: readonly string[];
  budget: Omit<BudgetParts, 'replica' | 'onProblem'>;
}

const keyOf = (connection: Pick<Connection, 'workspaceId' | 'id'>) => `${connection.workspaceId}/${connection.id}`;

export const limitsOf = (connection: Connection) => connectionLimits(connectorFor(connection.provider).manifest, connection.settings);

/** Sessions of this process, one per connection, so that signing in, what the CRM said about its allowance, and what was taken of the shared budget are shared. */
export class ConnectorSessions implements Sessions {
  private readonly kept = new Map<string, Kept>();
  private readonly parts: ConnectorParts;

  constructor(private readonly connections: ConnectionStore, clock: Clock, private readonly logger: Logger, private readonly options: SessionOptions) {
    this.parts = { clock, random: Math.random, logger, wait: async (ms, signal) => { await pause(ms, undefined, { signal }).catch(() => undefined); } };
  }

  async open(connection: Connection): Promise<ConnectorSession> {
    const kept = this.kept.get(keyOf(connection));
    if (kept && kept.version === connection.version) return kept.session;
    const secrets = await this.connections.secretsOf(connection.workspaceId, connection.id);
    const known = this.kept.get(keyOf(connection));
    // Somebody else has opened it meanwhile: two would not see each other's calls.
    if (known && known.version === connection.version) return known.session;
    const budget = this.budgetOf(connection);
    const session = this.connect(connection, secrets, budget);
    // A session that is replaced is left to whoever is still at work with it; its idle sockets close by themselves, and what its budget has taken and not used goes back.
    this.kept.set(keyOf(connection), { version: connection.version, session, budget });
    return session;
  }

  trial(connection: Connection, secrets: Secrets): ConnectorSession {
    return this.connect(connection, secrets, undefined);
  }

  forget(connection: Pick<Connection, 'workspaceId' | 'id'>): void {
    this.kept.delete(keyOf(connection));
  }

  async close(): Promise<void> {
    const all = [...this.kept.values()];
    this.kept.clear();
    await Promise.all(all.map(({ budget }) => budget.close()));
    for (const { session } of all) session.close();
  }

  private budgetOf(connection: Connection): ConnectionBudget {
    const onProblem = (error: unknown) => this.logger.warn({ workspaceId: connection.workspaceId, connectionId: connection.id, err: error }, 'What was not used of the API budget could not be given back.');
    return new ConnectionBudget(connection, limitsOf(connection), { ...this.options.budget, replica: randomUUID(), onProblem });
  }

  private connect(connection: Connection, secrets: Secrets, budget: ConnectionBudget | undefined): ConnectorSession {
    const usage = connection.apiCallsSeenAt ? { used: connection.apiCallsUsed, allowed: connection.apiCallsAllowed, seenAt: connection.apiCallsSeenAt } : undefined;
    const input: ConnectInput = { baseUrl: connection.baseUrl, authKind: connection.authKind, settings: connection.settings, secrets, usage, budget, plainHosts: this.options.plainHosts, parts: this.parts };
    return connectorFor(connection.provider).connect(input);
  }
}
