import { setTimeout as pause } from 'node:timers/promises';
import { connectorFor } from '@signalbox/connectors-registry';
import type { ConnectInput, ConnectorParts, ConnectorSession } from '@signalbox/connectors-sdk';
import type { Clock } from '@signalbox/kernel';
import type { Logger } from '@signalbox/platform-telemetry';
import type { ConnectionStore, Sessions } from '../../application/ports.ts';
import type { Connection, Secrets } from '../../domain/connection.ts';

interface Kept {
  version: number;
  session: ConnectorSession;
}

const keyOf = (connection: Pick<Connection, 'workspaceId' | 'id'>) => `${connection.workspaceId}/${connection.id}`;

/** Sessions of this process, one per connection, so that signing in and what the CRM said about its allowance are shared. */
export class ConnectorSessions implements Sessions {
  private readonly kept = new Map<string, Kept>();
  private readonly parts: ConnectorParts;

  constructor(private readonly connections: ConnectionStore, clock: Clock, logger: Logger, private readonly plainHosts: readonly string[]) {
    this.parts = { clock, random: Math.random, logger, wait: async (ms, signal) => { await pause(ms, undefined, { signal }).catch(() => undefined); } };
  }

  async open(connection: Connection): Promise<ConnectorSession> {
    const kept = this.kept.get(keyOf(connection));
    if (kept && kept.version === connection.version) return kept.session;
    const session = this.trial(connection, await this.connections.secretsOf(connection.workspaceId, connection.id));
    // A session that is replaced is left to whoever is still at work with it; its idle sockets close by themselves.
    this.kept.set(keyOf(connection), { version: connection.version, session });
    return session;
  }

  trial(connection: Connection, secrets: Secrets): ConnectorSession {
    const usage = connection.apiCallsSeenAt ? { used: connection.apiCallsUsed, allowed: connection.apiCallsAllowed, seenAt: connection.apiCallsSeenAt } : undefined;
    const input: ConnectInput = { baseUrl: connection.baseUrl, authKind: connection.authKind, settings: connection.settings, secrets, usage, plainHosts: this.plainHosts, parts: this.parts };
    return connectorFor(connection.provider).connect(input);
  }

  forget(connection: Pick<Connection, 'workspaceId' | 'id'>): void {
    this.kept.delete(keyOf(connection));
  }

  close(): void {
    for (const { session } of this.kept.values()) session.close();
    this.kept.clear();
  }
}
