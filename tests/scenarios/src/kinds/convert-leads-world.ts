import type { CrmStage } from '../lead-conversion/crm-stage.ts';
import { connectCrm, segmentOf } from '../lead-conversion/given.ts';
import { salesforceStage } from '../lead-conversion/salesforce-stage.ts';
import type { ProductAround } from '../world/product-around.ts';
import { SavedWorld } from './saved-world.ts';
import { previewMade } from './started.ts';

const LEADS = 34;

/** 34 leads of two companies in a Salesforce of its own, one of them the person that a contact is already; only orchestrations is killed. */
export class ConvertLeadsWorld extends SavedWorld {
  private constructor(around: ProductAround, private readonly stage: CrmStage) {
    super(around);
  }

  static async open(around: ProductAround): Promise<ConvertLeadsWorld> {
    return new ConvertLeadsWorld(around, await salesforceStage()).prepared();
  }

  protected async prepare(): Promise<void> {
    const { stage, around } = this;
    const companies = [{ name: 'Acme Rockets GmbH', website: 'https://acme-rockets.de' }, { name: 'Globex Pumps AG', website: 'https://globex-pumps.de' }];
    const [rockets] = companies.map((one) => stage.account(one.name, one.website));
    stage.contact(rockets!, 'person0@acme-rockets.de');
    for (let i = 0; i < LEADS; i += 1) stage.lead(i % 2 === 0 ? { company: 'Acme Rockets', email: `person${i}@acme-rockets.de` } : { company: 'Globex Pumps', email: `person${i}@globex-pumps.de` });
    const [connectionId, segmentId] = [await connectCrm(around, stage.connection), await segmentOf(around, companies)];
    const settingsJson = JSON.stringify({ convertedStatus: stage.status, approvedInAdvance: true });
    const { id } = await this.api.createOrchestration({ orchestration: { name: 'Leads', kind: 'convert_leads', segmentId, connectionId, settingsJson } }, this.as);
    this.orchestrationId = id;
    const plan = await previewMade(this.api, this.as, id);
    if (plan.toWrite !== LEADS) throw new Error(`The preview should list ${LEADS} leads: ${JSON.stringify(plan)}`);
  }

  /** Each lead with whether it was converted, and how many there are of everything else. */
  async crmState(): Promise<unknown> {
    const leads = [...this.stage.leads().values()];
    return { leads: leads.map((one) => `${String(one['Email'])} ${String(one['IsConverted'])}`).sort(), counts: this.stage.counts(), contacts: new Set(leads.map((one) => one['ConvertedContactId'])).size };
  }

  close = (): Promise<void> => this.stage.close();
}
