import { TOPICS } from '@signalbox/contracts';
import { consume, type Broker, type Subscription } from '@signalbox/platform-messaging';
import { settleResults, type Mechanism } from '@signalbox/platform-orchestration';
import { withContext } from '@signalbox/platform-telemetry';
import type { WrittenNames } from '../../application/ports.ts';
import type { RunOrchestration } from '../../application/run-orchestration.ts';

/** What came of changes, the scheduler's requests, and connections that are gone; each taken in with its own work in one transaction. */
export class Consumers {
  private subscriptions: Subscription[] = [];

  constructor(
    private readonly m: Mechanism,
    private readonly broker: Broker,
    private readonly runs: RunOrchestration,
    private readonly names: Pick<WrittenNames, 'forgetConnection'>,
  ) {}

  async start(): Promise<void> {
    const { database, logger } = this.m;
    this.subscriptions.push(await consume({
      database, broker: this.broker, logger, group: 'orchestrations.results', topic: TOPICS.changeBatchCompleted,
      handle: (event, { tx }) => withContext({ workspaceId: event.workspaceId, runId: event.runId }, () => settleResults(this.m, tx, event)),
    }));
    this.subscriptions.push(await consume({
      database, broker: this.broker, logger, group: 'orchestrations.run-requests', topic: TOPICS.runRequested,
      handle: (event, { tx }) => this.runs.scheduled(tx, event),
    }));
    this.subscriptions.push(await consume({
      database, broker: this.broker, logger, group: 'orchestrations.connections', topic: TOPICS.connectionDeleted,
      handle: (event, { tx }) => this.names.forgetConnection(tx, event.workspaceId, event.connectionId),
    }));
  }

  async stop(): Promise<void> {
    await Promise.all(this.subscriptions.splice(0).map((s) => s.stop()));
  }
}
