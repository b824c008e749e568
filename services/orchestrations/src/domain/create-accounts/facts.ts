import type { crmWriter, matching, orchestrations, segments, types } from '@signalbox/contracts';

/** What is known of the surroundings of one definition; what is missing was not chosen or is not there. */
export interface AccountFacts {
  /** Packages that the workspace has licensed. */
  entitlements: ReadonlySet<string>;
  connection?: crmWriter.Connection;
  profile?: orchestrations.MappingProfile;
  /** The CRM's own description of the profile's object. */
  crmFields?: crmWriter.CrmField[];
  /** The segment first, then those that it is built from. */
  closure?: segments.Segment[];
}

/** What is known of one member of the segment. */
export interface CompanyFact {
  company: types.Company;
  decision: matching.MatchDecision;
}
