import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger } from '@signalbox/platform-telemetry';
import { freePorts, startStandalone, type RunView, type RunningStandalone } from '@signalbox/standalone';
import { waitFor } from '@signalbox/testing';
import type { Topology } from '@signalbox/tests-scenarios/topology';
import { createWorld, type CompanyRow, type PlanRecordView, type World } from '@signalbox/tests-scenarios/world';
import pg from 'pg';

/** Small batches, so that a run has a middle; a person's mending is noticed soon. */
const SETTINGS = { SIGNALBOX_RUN_BATCH_SIZE: '10', SIGNALBOX_RUN_BATCH_WINDOW: '2', SIGNALBOX_CRM_MEND_RETRY_MS: '300', SIGNALBOX_CRM_SETTLE_QUIET_MS: '500' };
const DATABASE = 'signalbox';

export interface Connection {
  status: string;
  statusMessage?: string;
}

/** The whole product in this process, where its database can be reached, a Salesforce with switches for faults, and what is asked of them. */
export class FaultyWorld {
  private constructor(
    readonly world: World,
    private readonly running: () => RunningStandalone,
    readonly connectionId: string,
  ) {}

  static async open(): Promise<FaultyWorld> {
    const folder = mkdtempSync(join(tmpdir(), 'signalbox-faults-'));
    const logger = createLogger({ service: 'spec', level: process.env['SPEC_LOG_LEVEL'] ?? 'silent' });
    const [httpPort = 0] = await freePorts(1);
    const start = () => startStandalone({ dataDir: join(folder, 'data'), httpPort, logger, environment: SETTINGS });
    let running = await start();
    const topology: Topology = {
      url: running.url,
      kill: () => running.stop(),
      async resume() {
        running = await start();
      },
      async stop() {
        await running.stop();
        rmSync(folder, { recursive: true, force: true });
      },
    };
    const world = await createWorld(async () => topology);
    return new FaultyWorld(world, () => running, await world.connect());
  }

  get crm(): World['crm'] {
    return this.world.crm;
  }

  stop(): Promise<void> {
    return this.world.stop();
  }

  /** An orchestration that creates accounts for these companies, with its preview made: the fault comes after that. */
  async orchestration(prefix: string, companies: number | Omit<CompanyRow, 'id'>[]): Promise<string> {
    const rows = typeof companies === 'number' ? Array.from({ length: companies }, (_, i) => ({ name: `${prefix} Works ${i}`, website: `${prefix}-works-${i}.com`, country: 'Norway' })) : companies;
    await this.world.importCompanies(rows.map((row, i) => ({ id: `${prefix}-${i}`, ...row })));
    const { id: segmentId } = await this.world.segmentOf(`${prefix}-`);
    const id = await this.world.orchestration(prefix, this.connectionId, segmentId);
    await this.world.preview(id);
    this.crm.resetRequests();
    return id;
  }

  connection(): Promise<Connection> {
    return this.world.api.get(`/connections/${this.connectionId}`);
  }

  /** The connection, once the product shows that a person has to look at it. */
  unhealthy(): Promise<Connection> {
    return waitFor(async () => {
      const connection = await this.connection();
      return connection.status === 'unhealthy' ? connection : undefined;
    }, { what: 'a connection that is shown as unhealthy' });
  }

  names(prefix: string): string[] {
    return this.crm.records('Account').map((a) => String(a['Name'])).filter((name) => name.startsWith(`${prefix} `)).sort();
  }

  /** The end of a run in which every record has its account in the CRM: none twice, none missing, and the counts say so. */
  async expectAll(prefix: string, runId: string, count: number): Promise<RunView> {
    const run = await this.world.ended(runId, 60_000);
    expect({ state: run.state, problem: run.problem ?? '' }).toEqual({ state: 'finished', problem: '' });
    const { planned, succeeded, unknownThenSettled, skipped, failed, remaining } = run.counts;
    expect({ planned, written: succeeded + unknownThenSettled, skipped, failed, remaining }).toEqual({ planned: count, written: count, skipped: 0, failed: 0, remaining: 0 });
    expect(this.names(prefix)).toEqual(Array.from({ length: count }, (_, i) => `${prefix} Works ${i}`).sort());
    const ids = new Map(this.crm.records('Account').map((a) => [String(a['Name']), a['Id']]));
    const records = await this.world.records(run.planId);
    expect(new Map(records.map((r) => [r.companyName, r.crmId]))).toEqual(new Map(records.map((r) => [r.companyName, ids.get(r.companyName)])));
    return run;
  }

  async record(planId: string, companyName: string): Promise<PlanRecordView | undefined> {
    return (await this.world.records(planId)).find((r) => r.companyName === companyName);
  }

  /** Ends every connection that the product has to its database; returns how many. */
  async cutDatabase(): Promise<number> {
    const client = new pg.Client({ connectionString: this.running().postgres.url('postgres') });
    await client.connect();
    try {
      const { rowCount } = await client.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [DATABASE]);
      return rowCount ?? 0;
    } finally {
      await client.end();
    }
  }
}
