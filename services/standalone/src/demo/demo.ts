import { fileURLToPath } from 'node:url';
import { createLogger } from '@signalbox/platform-telemetry';
import { startStandalone, type RunningStandalone } from '../shape/start-standalone.ts';
import { emptyDataFolder } from '../shape/data-folder.ts';
import { logDestination } from '../cli/log-destination.ts';
import { Api } from './api.ts';
import { startCrm, type DemoCrm } from './crm.ts';
import { createProgress, type Progress } from '../cli/progress.ts';
import { reportText } from './report.ts';
import { awaitPreview, runNow } from './run.ts';
import { connectCrm, createOrchestration, createSegment, importCompanies } from './scene.ts';
import { firstSignIn } from './sign-in.ts';
import type { DemoReport, PlanView } from './types.ts';
import { verify } from './verify.ts';

export interface DemoOptions {
  /** Emptied at the start, so that each demo begins anew. */
  dataDir: string;
  httpPort: number;
  logLevel: string;
  /** The company list and the CRM's accounts. Default: the real ones in tests/data. */
  data?: { companies: string; accounts: string };
}

export interface DemoOutcome {
  report: DemoReport;
  /** What is not as it should be; empty when all is well. */
  wrong: string[];
  product: RunningStandalone;
  crm: DemoCrm;
  signIn: { email: string; password: string; token: string };
}

const REAL_DATA = {
  companies: fileURLToPath(new URL('../../../../tests/data/companies/candidates.csv', import.meta.url)),
  accounts: fileURLToPath(new URL('../../../../tests/data/companies/crm_accounts.csv', import.meta.url)),
};

const say = (text: string) => process.stderr.write(`${text}\n`);

function showPreview(plan: PlanView, sample: { companyName: string; action: string; reason: string }[]): void {
  say(`  To create: ${plan.toWrite}. Skipped: ${Object.entries(plan.skippedByReason).map(([reason, n]) => `${reason} ${n}`).join(', ') || 'none'}.`);
  for (const record of sample) say(`    ${record.action.padEnd(7)} ${record.companyName.slice(0, 50).padEnd(51)} ${record.reason}`);
}

async function playScene(api: Api, crm: DemoCrm, companies: string, progress: Progress): Promise<{ report: DemoReport; accountsBefore: number }> {
  const connectionId = await connectCrm(api, crm, progress);
  await importCompanies(api, companies, progress);
  const segment = await createSegment(api);
  say(`  Segment "Companies we want in the CRM": ${segment.size} companies`);
  const orchestration = await createOrchestration(api, connectionId, segment.id);
  say(`  ${orchestration.notice}`);
  const plan = await awaitPreview(api, orchestration.id, progress);
  const { items } = await api.get<{ items: { companyName: string; action: string; reason: string }[] }>(`/plans/${plan.id}/records?limit=5`);
  showPreview(plan, items);
  const accountsBefore = crm.accounts();
  const first = await runNow(api, orchestration.id, crm.countCalls, progress);
  say('\nThe same again:');
  const again = await runNow(api, orchestration.id, crm.countCalls, progress);
  return { report: { ...first, again }, accountsBefore };
}

/** The whole story on one machine, from an empty folder to a second run that creates nothing. */
export async function runDemo(options: DemoOptions): Promise<DemoOutcome> {
  const data = options.data ?? REAL_DATA;
  emptyDataFolder(options.dataDir);
  const progress = await createProgress(process.stderr);
  say('Starting Signalbox (all services in this process) and a Salesforce sandbox server');
  const crm = await startCrm(data.accounts);
  let product: RunningStandalone | undefined;
  try {
    const logger = createLogger({ service: 'standalone', level: options.logLevel, destination: logDestination(options.dataDir) });
    product = await startStandalone({ dataDir: options.dataDir, httpPort: options.httpPort, logger });
    say(`  The sandbox holds ${crm.accounts()} accounts; the console and the API are at ${product.url}\n`);
    const signIn = await firstSignIn(product.url);
    const api = new Api(product.url, signIn.token);
    const { report, accountsBefore } = await playScene(api, crm, data.companies, progress);
    const wrong = verify(report, { accountsBefore, accountsAfter: crm.accounts(), companyIds: crm.companyIds() });
    say(`\n${reportText(report)}`);
    return { report, wrong, product, crm, signIn };
  } catch (error) {
    await product?.stop();
    await crm.close();
    throw error;
  }
}
