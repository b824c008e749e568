/**
 * Creating accounts through a product that runs already, new and without a first sign-in, and a sandbox beside it
 * (`deploy/cluster/try.sh test`). Not a spec of the normal suite: it is run by its own name, and needs these.
 *   SIGNALBOX_SCENARIO_URL              the gateway
 *   SIGNALBOX_SCENARIO_CRM_URL          the sandbox, as this process reaches it
 *   SIGNALBOX_SCENARIO_CRM_URL_INSIDE   the sandbox, as the product reaches it; the same when left out
 */
import { describeCreateAccounts } from './create-accounts.ts';
import { givenTopology } from './topology/given.ts';
import { givenCrm } from './world/crm.ts';

const { SIGNALBOX_SCENARIO_URL: url, SIGNALBOX_SCENARIO_CRM_URL: crmUrl, SIGNALBOX_SCENARIO_CRM_URL_INSIDE: inside } = process.env;
if (!url || !crmUrl) throw new Error('Set SIGNALBOX_SCENARIO_URL and SIGNALBOX_SCENARIO_CRM_URL to the addresses of the product and of its sandbox.');

describeCreateAccounts(`the product at ${url}`, givenTopology(url), async () => givenCrm(crmUrl, inside || crmUrl));
