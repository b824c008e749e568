import type { crmWriter, matching, segments } from '@signalbox/contracts';

/** What is known of the surroundings of one definition; what is missing was not chosen, is not there, or could not be asked. */
export interface LeadFacts {
  /** Packages that the workspace has licensed. */
  entitlements: ReadonlySet<string>;
  connection?: crmWriter.Connection;
  /** What is connected. */
  provider?: crmWriter.Provider;
  /** Names of the CRMs whose leads can be converted. */
  convertingProviders: readonly string[];
  /** The statuses that mean "converted", as the CRM has them now. */
  statuses?: readonly crmWriter.ConvertedStatus[];
  /** The CRM's own description of its leads. */
  leadFields?: readonly crmWriter.CrmField[];
  segment?: segments.Segment;
}

/** The company of the segment that a lead belongs to, or may belong to. */
export interface SegmentCompany {
  id: string;
  name: string;
}

/** A lead with the engine's decision about it. */
export interface LeadFact {
  lead: crmWriter.CrmRecord;
  decision: matching.MatchDecision;
  /** The company in the segment whose account was decided on, or is a candidate; left out when there is none: the lead is no concern of this segment. */
  company?: SegmentCompany;
  /** Contacts of that account with the lead's mail address, by id. */
  contactIds: readonly string[];
}
