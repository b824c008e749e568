import type { Stage } from '@signalbox/crm-writer/testing';
import { freePorts } from '@signalbox/standalone';
import { builtMain, endChild, startChild, type Child } from '@signalbox/tests-scenarios/topology';
import { waitFor } from '@signalbox/testing';

/** The crm-writer of a stage as a process of its own, which can be killed. */
export class WriterToKill {
  private child: Child | undefined;

  constructor(private readonly stage: Stage, private readonly random: () => number) {}

  /** In the place of the stage's own service. */
  async takeOver(): Promise<void> {
    await this.stage.stopService();
    await this.start();
  }

  /** Once it is at work, at a moment after that which nobody knows; then it is started again. */
  async killAtWork(keepBusy: () => Promise<void>): Promise<void> {
    const { database } = this.stage.databases.service;
    // At work again: this life has noted what it is about to write.
    const [noted] = await database.query<{ at: Date }>('select now() as at');
    await waitFor(async () => {
      await keepBusy();
      return (await database.query(`select 1 from crm_writer.write_ledger where state = 'intended' and attempted_at > $1 limit 1`, [noted!.at])).length > 0;
    }, { timeoutMs: 60_000, everyMs: 5, what: 'the writer at work' });
    // Long enough that most lives bring something to its end: a message that sees nothing but deaths is put aside as what caused them.
    const moment = Date.now() + this.random() * 1_500;
    // A random moment is the point here, and no condition says when it has come.
    while (Date.now() < moment) await new Promise((resolve) => setImmediate(resolve));
    await this.end('SIGKILL');
    await this.start();
  }

  async close(): Promise<void> {
    await this.end('SIGTERM');
    // What closes the stage closes its own service, too.
    await this.stage.start();
    await this.stage.close();
  }

  private async end(signal: NodeJS.Signals): Promise<void> {
    if (this.child) await endChild(this.child, signal);
  }

  private async start(): Promise<void> {
    const [grpcPort = 0, httpPort = 0] = await freePorts(2);
    const child = startChild([builtMain('crm-writer')], { ...this.stage.environment(), SIGNALBOX_GRPC_PORT: String(grpcPort), SIGNALBOX_HTTP_PORT: String(httpPort) });
    this.child = child;
    await waitFor(async () => {
      if (child.process.exitCode !== null) throw new Error(`the writer ended: ${child.output()}`);
      return (await fetch(`http://127.0.0.1:${httpPort}/readyz`)).ok;
    }, { timeoutMs: 60_000, everyMs: 50, what: 'the writer' });
  }
}
