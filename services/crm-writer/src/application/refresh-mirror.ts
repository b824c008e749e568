import { asSignalboxError, isSignalboxError, type Clock } from '@signalbox/kernel';
import { CallCounter, type ConnectorSession } from '@signalbox/connectors-sdk';
import type { Connection } from '../domain/connection.ts';
import type { MirrorKey, MirrorStatus } from '../domain/mirror.ts';
import type { ConnectionHealth } from './connection-health.ts';
import type { Mirror, Sessions } from './ports.ts';

/** A plan asks for the CRM's description right before it asks for the mirror: one answer serves both. */
const DESCRIBED_JUST_NOW_MS = 5_000;

const nameOf = (key: MirrorKey) => `${key.workspaceId}/${key.connectionId}/${key.object}`;

export interface RefreshOptions {
  /** Everything that the mirror has is told once more. */
  tellAgain?: boolean;
  /** Kept from now on, whatever else is. */
  fields?: readonly string[];
}

/** Brings the mirror of one object up to date. One pull at a time per mirror; who comes second gets the result of the first. */
export class RefreshMirror {
  private readonly running = new Map<string, Promise<MirrorStatus>>();

  constructor(private readonly mirror: Mirror, private readonly sessions: Sessions, private readonly health: ConnectionHealth, private readonly clock: Clock) {}

  async run(connection: Connection, object: string, { tellAgain = false, fields = [] }: RefreshOptions = {}): Promise<MirrorStatus> {
    const key = { workspaceId: connection.workspaceId, connectionId: connection.id, object };
    if (tellAgain) await this.mirror.forgetTold(key);
    if (fields.length > 0) await this.mirror.keepFields(key, fields);
    // A pull that is under way may be past the point where it tells or asks for fields; how it ends is said to who asked for it.
    if (tellAgain || fields.length > 0) {
      const status = await this.running.get(nameOf(key))?.catch(() => undefined);
      if (!tellAgain && status && fields.every((field) => status.fields.includes(field))) return status;
    }
    const known = this.running.get(nameOf(key));
    if (known) return known;
    const pull = this.pull(connection, key).finally(() => this.running.delete(nameOf(key)));
    this.running.set(nameOf(key), pull);
    return pull;
  }

  private async pull(connection: Connection, key: MirrorKey): Promise<MirrorStatus> {
    const askedAt = this.clock.now();
    return this.mirror.exclusively(key, async () => {
      const before = await this.mirror.position(key);
      // Another replica has just done it while we waited for our turn; perhaps before it could know of a field that is asked for.
      if (before?.pulledAt && before.pulledAt > askedAt && !before.tellsLess && before.askedFields.every((field) => before.fields.includes(field))) return this.mirror.status(key);
      try {
        await this.pullInto(connection, key, DESCRIBED_JUST_NOW_MS).catch((error: unknown) => {
          // A field may have gone just now; then the CRM is asked what there is.
          if (!isSignalboxError(error) || error.kind !== 'Invalid') throw error;
          return this.pullInto(connection, key, 0);
        });
        await this.health.works(connection);
      } catch (thrown) {
        const error = asSignalboxError(thrown);
        await this.mirror.fail(key, error.publicMessage);
        await this.health.failed(connection, error);
        throw error;
      }
      return this.mirror.status(key);
    });
  }

  private async pullInto(connection: Connection, key: MirrorKey, describedWithinMs: number): Promise<void> {
    const counter = new CallCounter();
    const session = (await this.sessions.open(connection)).forWork({ counter });
    const counts = { created: 0, changed: 0, removed: 0 };
    const position = await this.prepare(session, key, describedWithinMs);
    for await (const page of session.pull(key.object, position)) {
      const taken = await this.mirror.takePage(key, page);
      counts.created += taken.created;
      counts.changed += taken.changed;
      counts.removed += taken.removed;
    }
    counts.removed += await this.mirror.sweep(key, this.clock.now());
    await this.mirror.finish(key, counts, counter.take(), this.clock.now());
    await this.health.usage(connection, session.usage());
  }

  /** A field that was not mirrored before is unknown for every record, so then everything is read again. */
  private async prepare(session: ConnectorSession, key: MirrorKey, describedWithinMs: number): Promise<{ position?: string; fields: string[] }> {
    const described = await session.describe(key.object, { withinMs: describedWithinMs });
    const before = await this.mirror.position(key);
    const kept = session.mirrorFields(key.object, described);
    const fields = [...kept, ...(before?.askedFields ?? []).filter((asked) => !kept.includes(asked) && described.some((one) => one.name === asked))];
    const restart = fields.some((field) => !before?.fields.includes(field));
    await this.mirror.begin(key, fields, restart);
    if (before?.tellsLess) await this.mirror.tellAgain(key);
    return { fields, position: restart ? undefined : (before?.position ?? undefined) };
  }
}
