import { segments } from '@signalbox/contracts';

type Segment = segments.Segment;
const { CrmConditionKind } = segments;
const KIND_WORDS: Record<string, string> = {
  [CrmConditionKind.LIST]: 'CRM list', [CrmConditionKind.REPORT]: 'CRM report', [CrmConditionKind.FILTER]: 'CRM filter',
};

/** What a condition goes by, in words. */
function conditionText({ kind, reference }: segments.CrmCondition): string {
  if (kind === CrmConditionKind.ACCOUNT) return 'account in the CRM';
  if (kind === CrmConditionKind.OPPORTUNITY) return `${reference} opportunity in the CRM`;
  return `${KIND_WORDS[kind] ?? 'CRM condition'} ${reference}`;
}

/** A condition on the CRM inside a segment, and how one comes to it. */
export interface CrmConditionFound {
  /** E.g. "CRM list 00B5g000001". */
  condition: string;
  /** E.g. "Segment A › Segment B › CRM list 00B5g000001". */
  path: string;
}

function walk(node: segments.RuleNode | undefined, visit: (node: NonNullable<segments.RuleNode['node']>) => void): void {
  if (!node?.node) return;
  visit(node.node);
  if (node.node.$case === 'group') for (const child of node.node.group.children) walk(child, visit);
}

/**
 * Every CRM list, report or filter, and everything that the CRM's records say, that the first segment is built from, directly or through a nested segment (CNA-2).
 * Negated ones count: a segment built on the absence from a CRM list is built from that list. Each segment is entered
 * once, by the first way that leads to it.
 */
export function crmConditions(closure: readonly Segment[]): CrmConditionFound[] {
  const byId = new Map(closure.map((s) => [s.id, s]));
  const entered = new Set<string>();
  const found: CrmConditionFound[] = [];
  const enter = (segment: Segment, path: string[]): void => {
    if (entered.has(segment.id)) return;
    entered.add(segment.id);
    const here = [...path, `Segment ${segment.name}`];
    walk(segment.rule, (node) => {
      if (node.$case === 'crm') {
        const condition = conditionText(node.crm);
        found.push({ condition, path: [...here, condition].join(' › ') });
      }
      const nested = node.$case === 'segment' ? byId.get(node.segment.segmentId) : undefined;
      if (nested) enter(nested, here);
    });
  };
  const root = closure[0];
  if (root) enter(root, []);
  return found;
}
