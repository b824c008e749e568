import { segments, types, type crmWriter } from '@signalbox/contracts';
import { chunk } from '@signalbox/kernel';
import { waitFor } from '@signalbox/testing';
import type { ProductAround } from '../world/product-around.ts';

let series = 0;

/** A tested connection under a name of its own. */
export async function connectCrm({ crmWriter, workspaceId }: ProductAround, given: crmWriter.CreateConnectionRequest): Promise<string> {
  series += 1;
  const { id } = await crmWriter.createConnection({ ...given, name: `${given.name} ${series}` }, { workspaceId });
  await crmWriter.testConnection({ id }, { workspaceId });
  return id;
}

/** A segment of these companies and of no others. */
export async function segmentOf(around: ProductAround, companies: readonly { name: string; website: string }[]): Promise<string> {
  series += 1;
  const prefix = `leads${series}-`;
  const as = { workspaceId: around.workspaceId };
  const rows = companies.map((one, i) => types.Company.fromPartial({ ...one, sourceId: `${prefix}${i}`, country: 'Germany' }));
  for (const few of chunk(rows, 1_000)) await around.segments.upsertCompanies({ companies: few }, as);
  const rule: segments.RuleNode = { node: { $case: 'field', field: { field: 'source_id', operator: segments.FieldOperator.STARTS_WITH, values: [prefix] } } };
  const { id } = await around.segments.createSegment({ name: prefix, kind: segments.SegmentKind.DYNAMIC, rule }, as);
  await waitFor(async () => (await around.segments.getSegment({ id }, as)).size === companies.length, { what: 'the segment' });
  return id;
}
