import { asSignalboxError } from '@signalbox/kernel';
import type { ConnectionStore } from './ports.ts';
import type { MirrorKey } from '../domain/mirror.ts';
import type { RefreshMirror } from './refresh-mirror.ts';

export interface DueMirrors {
  /** Mirrors of healthy connections whose last pull ended longer ago than this, the longest first; of one provider, or of all when it is empty. */
  due(provider: string, olderThanMs: number, limit: number): Promise<MirrorKey[]>;
}

export interface PullRegularlyParts {
  mirrors: DueMirrors;
  connections: ConnectionStore;
  refresh: RefreshMirror;
  provider: string;
  everyMs: number;
  /** A mirror that could not be pulled; what is wrong stands on its connection. */
  onProblem(key: MirrorKey, error: unknown): void;
}

const AT_ONCE = 20;

/**
 * Keeps every mirror that has been asked for once up to date, one after the other: a call or two each, and the API budget lets writes go
 * first. Any number of replicas may do it: a pull that another has just made is not made again.
 */
export class PullRegularly {
  constructor(private readonly parts: PullRegularlyParts) {}

  /** Gives how many were pulled. */
  async run(): Promise<number> {
    const { mirrors, connections, refresh, provider, everyMs, onProblem } = this.parts;
    let pulled = 0;
    for (const key of await mirrors.due(provider, everyMs, AT_ONCE)) {
      const connection = await connections.find(key.workspaceId, key.connectionId);
      if (!connection) continue;
      try {
        await refresh.run(connection, key.object);
        pulled += 1;
      } catch (thrown) {
        onProblem(key, asSignalboxError(thrown));
      }
    }
    return pulled;
  }
}
