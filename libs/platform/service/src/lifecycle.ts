import type { Logger } from '@signalbox/platform-telemetry';

export interface Part {
  name: string;
  start?: () => Promise<void> | void;
  /** Finishes or hands back what is in flight. */
  stop?: () => Promise<void> | void;
}

/** Parts of one service: started in the order in which they were added, stopped in the reverse of it. */
export class Lifecycle {
  private readonly parts: Part[] = [];

  constructor(private readonly logger: Logger) {}

  add(part: Part): void {
    this.parts.push(part);
  }

  async start(): Promise<void> {
    for (const part of this.parts) {
      await part.start?.();
    }
  }

  /** Stops every part, also when one of them fails to. */
  async stop(): Promise<void> {
    for (const part of this.parts.splice(0).reverse()) {
      try {
        await part.stop?.();
      } catch (error) {
        this.logger.error({ part: part.name, err: error }, 'a part did not stop cleanly');
      }
    }
  }
}
