import { segments } from '@signalbox/contracts';
import { field } from './testing/rules.ts';
import { importText, startHarness, type Harness } from './testing/harness.ts';

const { SegmentKind } = segments;
const FILE = 'id,name,country\n1,Apple Inc.,US\n2,Müller AG,DE\n3,Acme,CA\n4,Beta,US\n5,Nobody,FR\n';
let harness: Harness;
let n = 0;

beforeAll(async () => {
  harness = await startHarness();
});
afterAll(() => harness.stop());

interface World {
  workspaceId: string;
  sourceOf: ReadonlyMap<string, string>;
  segment(name: string, ...countries: string[]): Promise<string>;
  publish(segmentId: string, more?: Partial<segments.PublishSegmentRequest>): Promise<segments.PublishedSegment>;
  published(): Promise<segments.PublishedSegment[]>;
  /** Source ids with their names, in the order of the stream. */
  written(scopeSegmentId?: string): Promise<[string, string[], boolean][]>;
}

async function open(): Promise<World> {
  const workspaceId = `published-${n += 1}`;
  const { client } = harness;
  await importText(client, workspaceId, FILE);
  const { companies } = await client.listCompanies({}, { workspaceId });
  const sourceOf = new Map(companies.map((c) => [c.id, c.sourceId]));
  return {
    workspaceId, sourceOf,
    segment: async (name, ...countries) => (await client.createSegment({ name, kind: SegmentKind.DYNAMIC, rule: field('country', 'IN', ...countries) }, { workspaceId })).id,
    publish: (segmentId, more = {}) => client.publishSegment({ segmentId, enabled: true, ...more }, { workspaceId }),
    published: async () => (await client.listPublishedSegments({}, { workspaceId })).published,
    async written(scopeSegmentId = '') {
      let names: string[] = [];
      const all: [string, string[], boolean][] = [];
      const ids: string[] = [];
      for await (const part of client.streamCompanyNames({ scopeSegmentId }, { workspaceId })) {
        if (part.names.length > 0) names = part.names;
        for (const one of part.companies) {
          ids.push(one.companyId);
          all.push([sourceOf.get(one.companyId) ?? '', one.names.map((at) => names[at] ?? '?'), one.inScope]);
        }
      }
      expect(ids).toEqual([...ids].sort());
      return all.sort((a, b) => (a[0] < b[0] ? -1 : 1));
    },
  };
}

it('PSN-2 lists what is published, under the segment’s own name or another, and whether it is written to accounts', async () => {
  const world = await open();
  const [america, germany] = [await world.segment('American', 'US'), await world.segment('German', 'DE')];
  expect(await world.publish(america)).toMatchObject({ segmentId: america, segmentName: 'American', name: 'American', renamed: false, enabled: true, size: 2 });
  await world.publish(germany, { name: '  A-list   Germany ', enabled: false });
  expect((await world.published()).map((one) => [one.name, one.segmentName, one.renamed, one.enabled])).toEqual([['A-list Germany', 'German', true, false], ['American', 'American', false, true]]);
  await harness.client.unpublishSegment({ segmentId: germany }, { workspaceId: world.workspaceId });
  await harness.client.unpublishSegment({ segmentId: germany }, { workspaceId: world.workspaceId });
  expect((await world.published()).map((one) => one.name)).toEqual(['American']);
});

it('PSN-2 refuses a name that is published already, a segment that is not there, and the 201st', async () => {
  const world = await open();
  const [america, germany] = [await world.segment('American', 'US'), await world.segment('German', 'DE')];
  await world.publish(america);
  await expect(world.publish(germany, { name: 'AMERICAN' })).rejects.toMatchObject({ code: 'segments.published.name_taken', field: 'name' });
  await expect(world.publish('nothing')).rejects.toMatchObject({ code: 'segments.segment.not_found', field: 'segment_id' });
  await expect(world.publish(germany, { name: 'x'.repeat(201) })).rejects.toMatchObject({ code: 'segments.segment.name' });
  for (let i = 1; i < 200; i += 1) {
    const { id } = await harness.client.createSegment({ name: `List ${i}`, kind: SegmentKind.STATIC }, { workspaceId: world.workspaceId });
    await world.publish(id);
  }
  await expect(world.publish(germany)).rejects.toMatchObject({ code: 'segments.published.too_many' });
  // One that is published already can still be changed.
  expect(await world.publish(america, { name: 'USA' })).toMatchObject({ name: 'USA' });
}, 60_000);

it('PSN-3 gives each company the sorted names of the segments that it is in now, and only of those that are enabled', async () => {
  const world = await open();
  const [west, america, germany] = [await world.segment('West', 'US', 'CA', 'DE'), await world.segment('American', 'US'), await world.segment('German', 'DE')];
  await world.publish(west);
  await world.publish(america);
  await world.publish(germany, { enabled: false });
  expect(await world.written()).toEqual([['1', ['American', 'West'], false], ['2', ['West'], false], ['3', ['West'], false], ['4', ['American', 'West'], false]]);
  const france = await world.segment('French', 'FR', 'CA');
  expect(await world.written(france)).toEqual([['1', ['American', 'West'], false], ['2', ['West'], false], ['3', ['West'], true], ['4', ['American', 'West'], false], ['5', [], true]]);
  await expect(world.written('00000000-0000-7000-8000-000000000000')).rejects.toMatchObject({ code: 'segments.segment.not_found' });
});

it('PSN-8 follows a segment that is renamed, unpublished or deleted', async () => {
  const world = await open();
  const { workspaceId } = world;
  const [america, west] = [await world.segment('American', 'US'), await world.segment('West', 'US', 'CA')];
  await world.publish(america);
  await world.publish(west, { name: 'Overseas' });
  await harness.client.updateSegment({ id: america, name: 'US based' }, { workspaceId });
  await harness.client.updateSegment({ id: west, name: 'The west' }, { workspaceId });
  expect((await world.published()).map((one) => [one.segmentName, one.name])).toEqual([['The west', 'Overseas'], ['US based', 'US based']]);
  await expect(harness.client.updateSegment({ id: america, name: 'overseas' }, { workspaceId })).rejects.toMatchObject({ code: 'segments.published.name_taken' });
  await harness.client.deleteSegment({ id: west }, { workspaceId });
  expect(await world.written()).toEqual([['1', ['US based'], false], ['4', ['US based'], false]]);
  await harness.client.unpublishSegment({ segmentId: america }, { workspaceId });
  expect(await world.written()).toEqual([]);
});
