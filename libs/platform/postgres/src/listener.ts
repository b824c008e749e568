import { backoffMs } from '@signalbox/kernel';
import pg from 'pg';
import { quoteName } from './parameters.ts';

/** Called with the payload of a NOTIFY, or with undefined when the connection was (re)made and one may have been missed. */
export type NotificationHandler = (payload: string | undefined) => void;

export interface ListenerOptions {
  connection: pg.ClientConfig;
  onProblem: (message: string, error: unknown) => void;
}

const RECONNECT = { initialMs: 100, maximumMs: 5000, factor: 2, jitter: 0.5 };

/** One connection of its own for every channel a Database listens to; made at the first listen, remade when it breaks. */
export class Listener {
  private readonly handlers = new Map<string, Set<NotificationHandler>>();
  private client: pg.Client | undefined;
  private connecting: Promise<void> | undefined;
  private timer: NodeJS.Timeout | undefined;
  private attempts = 0;
  private closed = false;
  private readonly options: ListenerOptions;

  constructor(options: ListenerOptions) {
    this.options = options;
  }

  /** Listens until the returned function is called. Resolves when the channel is being listened to (or a reconnect is under way). */
  async listen(channel: string, handler: NotificationHandler): Promise<() => Promise<void>> {
    const known = this.handlers.get(channel);
    const handlers = known ?? new Set<NotificationHandler>();
    handlers.add(handler);
    this.handlers.set(channel, handlers);
    await this.ensureConnected();
    if (!known && this.client) await this.client.query(`listen ${quoteName(channel)}`).catch((e) => this.lost(e));
    return async () => {
      handlers.delete(handler);
      if (handlers.size > 0 || this.handlers.get(channel) !== handlers) return;
      this.handlers.delete(channel);
      await this.client?.query(`unlisten ${quoteName(channel)}`).catch((e) => this.lost(e));
    };
  }

  async close(): Promise<void> {
    this.closed = true;
    clearTimeout(this.timer);
    await this.connecting;
    const client = this.client;
    this.client = undefined;
    await client?.end();
  }

  private async ensureConnected(): Promise<void> {
    if (this.client || this.closed || this.timer) return;
    this.connecting ??= this.connect().finally(() => { this.connecting = undefined; });
    await this.connecting;
  }

  private async connect(): Promise<void> {
    const client = new pg.Client({ ...this.options.connection, keepAlive: true });
    client.on('notification', ({ channel, payload }) => this.deliver(channel, payload));
    client.on('error', (error) => this.lost(error, client));
    client.on('end', () => this.lost(new Error('The listening connection ended.'), client));
    try {
      await client.connect();
      for (const channel of this.handlers.keys()) await client.query(`listen ${quoteName(channel)}`);
    } catch (error) {
      this.client = undefined;
      client.removeAllListeners('end');
      await client.end().catch(() => undefined); // it never opened: nothing to close
      this.reconnectLater(error);
      return;
    }
    this.client = client;
    this.attempts = 0;
    // What was notified while nobody listened is not repeated: everyone looks once.
    for (const channel of [...this.handlers.keys()]) this.deliver(channel, undefined);
  }

  private lost(error: unknown, client = this.client): void {
    if (this.closed || client === undefined || client !== this.client) return;
    this.client = undefined;
    client.end().catch(() => undefined); // already broken
    this.reconnectLater(error);
  }

  private reconnectLater(error: unknown): void {
    if (this.closed || this.timer) return;
    this.attempts += 1;
    this.options.onProblem('The connection that listens for notifications is gone; reconnecting.', error);
    this.timer = setTimeout(() => {
      this.timer = undefined;
      void this.ensureConnected();
    }, backoffMs(RECONNECT, this.attempts, Math.random()));
  }

  private deliver(channel: string, payload: string | undefined): void {
    for (const handler of [...(this.handlers.get(channel) ?? [])]) {
      try {
        handler(payload);
      } catch (error) {
        this.options.onProblem(`A handler of notifications on ${channel} threw.`, error);
      }
    }
  }
}
