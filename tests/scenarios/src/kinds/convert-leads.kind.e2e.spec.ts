import { describeKind } from '@signalbox/platform-orchestration/testing';
import { ConvertLeadsWorld } from './convert-leads-world.ts';
import { ProductAround } from '../world/product-around.ts';

let around: ProductAround;
beforeAll(async () => {
  around = await ProductAround.start();
}, 120_000);
afterAll(() => around?.stop(), 60_000);

describeKind({ name: 'convert_leads' }, { open: () => ConvertLeadsWorld.open(around), timeoutMs: 60_000 });
