import { segments } from '@signalbox/contracts';

const { CrmConditionKind } = segments;

/** How far an opportunity is. */
export const PROGRESSES = ['open', 'won', 'lost'] as const;
export type Progress = (typeof PROGRESSES)[number];

export const isProgress = (text: string): text is Progress => (PROGRESSES as readonly string[]).includes(text);

/** What of a connection's CRM has to be followed for a rule. */
export interface FollowedCrm {
  connectionId: string;
  /** Besides which companies are accounts. */
  opportunities: boolean;
}

/** What the rule goes by that the CRM's records say; each connection once. Lists, reports and filters are not followed. */
export function followedCrm(rule: segments.RuleNode | undefined): FollowedCrm[] {
  const found = new Map<string, FollowedCrm>();
  const visit = ({ node }: segments.RuleNode) => {
    if (node?.$case === 'group') node.group.children.forEach(visit);
    if (node?.$case !== 'crm' || (node.crm.kind !== CrmConditionKind.ACCOUNT && node.crm.kind !== CrmConditionKind.OPPORTUNITY)) return;
    const { connectionId } = node.crm;
    const opportunities = node.crm.kind === CrmConditionKind.OPPORTUNITY || (found.get(connectionId)?.opportunities ?? false);
    found.set(connectionId, { connectionId, opportunities });
  };
  if (rule) visit(rule);
  return [...found.values()];
}
