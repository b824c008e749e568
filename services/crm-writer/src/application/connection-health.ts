import type { Clock, SignalboxError } from '@signalbox/kernel';
import type { ApiUsage } from '@signalbox/connectors-sdk';
import type { Connection } from '../domain/connection.ts';
import type { ConnectionStore } from './ports.ts';

/** Whether an error came from the CRM or on the way to it, rather than from us. */
export const isAboutConnection = (connection: Connection, error: SignalboxError): boolean => error.code.startsWith(`${connection.provider}.`) || error.code.startsWith('connector.') || error.code.startsWith('secrets.');

/** Keeps on record what last came of using a connection, so that a person sees what is wrong and where to mend it. */
export class ConnectionHealth {
  constructor(private readonly connections: ConnectionStore, private readonly clock: Clock) {}

  async works(connection: Connection): Promise<void> {
    if (connection.status === 'healthy' && connection.statusMessage === '') return;
    await this.connections.noteCheck(connection.workspaceId, connection.id, { status: 'healthy', message: '' }, this.clock.now());
  }

  async failed(connection: Connection, error: SignalboxError): Promise<void> {
    if (!isAboutConnection(connection, error) || error.code === 'connector.stopping') return;
    // A CRM that is busy or away for a moment is no broken connection: what is planned next must wait for it, and not be refused.
    const status = error.kind === 'Retryable' ? undefined : 'unhealthy';
    await this.connections.noteCheck(connection.workspaceId, connection.id, { status, message: error.publicMessage }, this.clock.now());
  }

  async usage(connection: Connection, usage: ApiUsage | undefined): Promise<void> {
    if (usage) await this.connections.noteUsage(connection.workspaceId, connection.id, usage);
  }
}
