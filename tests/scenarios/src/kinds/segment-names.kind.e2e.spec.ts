import { describeKind } from '@signalbox/platform-orchestration/testing';
import { SegmentNamesWorld } from './segment-names-world.ts';
import { ProductAround } from '../world/product-around.ts';

let around: ProductAround;
beforeAll(async () => {
  around = await ProductAround.start();
}, 120_000);
afterAll(() => around?.stop(), 60_000);

describeKind({ name: 'push_segment_names' }, { open: () => SegmentNamesWorld.open(around), timeoutMs: 60_000 });
