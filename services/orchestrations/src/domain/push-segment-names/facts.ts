import type { crmWriter, segments } from '@signalbox/contracts';
import type { Definition } from '@signalbox/platform-orchestration';

/** What is known of the surroundings of one definition; what is missing was not chosen or is not there. */
export interface NamesFacts {
  /** Packages that the workspace has licensed. */
  entitlements: ReadonlySet<string>;
  connection?: crmWriter.Connection;
  /** The CRM's own description of accounts. */
  crmFields?: crmWriter.CrmField[];
  published: segments.PublishedSegment[];
  /** Other orchestrations that push names onto accounts of the connection by a schedule, by name. */
  scheduled: readonly Definition[];
  /** The segment of the scope. */
  scopeSegment?: segments.Segment;
}

/** What is known of one CRM account. */
export interface AccountNamesFact {
  crmId: string;
  name: string;
  /** The company that it is, the first of several; empty when it is none of ours. */
  companyId: string;
  /** Why it is taken for that company. */
  match?: { rule: string; score: number };
  /** The mapped field, as the mirror has it. */
  present: string;
  /** Published names of its companies' segments. */
  wanted: readonly string[];
  /** Names that we have written there. */
  owned: readonly string[];
  /** What stood between names when we wrote them; empty when that is not known, or nothing there is ours. */
  ownSeparator: string;
  inScope: boolean;
}
